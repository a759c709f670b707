"""Images: what people posted, one record each, with what is said of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from exports.engines.filters import Filter
from exports.engines.image_columns import IMAGES, SCHEMA_VERSION, image_label
from exports.engines.keys import PseudonymKeys
from exports.engines.record_parts import file_name, hour_of
from exports.engines.texts import language_of
from exports.queries.faces_seen import is_face_in
from exports.queries.shapes.plain import (
    Gathered,
    Pictures,
    dropped_by,
    maker_of,
    new_texts,
)
from exports.queries.shapes.port import Context, Fresh
from feed.queries.training import ConsentedImage, Picture, consented_images, picture_of

PURPOSE = "training_images"


class Images(Pictures):
    """Own images of those who agreed to `training_images`; captions of those who agreed to `training_text` too."""

    purpose = PURPOSE
    consents: tuple[str, ...] = (PURPOSE, "training_text", "training_replies")
    schema: pa.Schema = IMAGES
    schema_version = SCHEMA_VERSION
    # `sha256` speaks for the bytes.
    unread: tuple[str, ...] = ("image",)
    rows_in_group: int | None = 32

    def fresh(
        self,
        *,
        authors: Mapping[int, str],
        keys: PseudonymKeys,
        filter: Filter,
        context: Context,
    ) -> Fresh:
        """One record for each image that passes. Whose bytes are gone, or show a face, is left out and counted."""
        gathered = Gathered(IMAGES, at_once=self.rows_in_group)
        for consented, record in _records(self.purpose, authors, keys, filter, gathered.funnel):
            rests_on = (consented.status_id, consented.author.account_id)
            gathered.add(record, subject=consented.image.id, rests_on=[rests_on])
        return gathered.fresh()


def _records(
    purpose: str, authors: Mapping[int, str], keys: PseudonymKeys, filter: Filter, funnel: Counter[str]
) -> Iterator[tuple[ConsentedImage, dict[str, Any]]]:
    seen: set[tuple[int, str]] = set()
    found = consented_images(purpose=purpose, account_ids=authors.keys())
    for consented in sorted(found, key=lambda one: one.image.id):
        funnel["considered"] += 1
        pseudonym = authors[consented.author.account_id]
        record = _described(consented, pseudonym, keys)
        dropped = dropped_by(
            filter,
            author=consented.author,
            created_at=consented.created_at,
            made_by=record["made_by"],
            language=record["language"],
        )
        same = (consented.author.account_id, consented.image.sha256)
        if dropped is None and same in seen:
            dropped = "duplicate"
        picture = picture_of(consented.image) if dropped is None else None
        if dropped is None and picture is None:
            dropped = "file_missing"
        if picture is not None and is_face_in(picture.data, sha256=consented.image.sha256):
            dropped = "face"
        if dropped is not None or picture is None:
            funnel[dropped or "file_missing"] += 1
            continue
        seen.add(same)
        yield consented, record | _seen(consented, picture, record["record_id"])


def _described(consented: ConsentedImage, pseudonym: str, keys: PseudonymKeys) -> dict[str, Any]:
    image, texts = consented.image, new_texts()
    alt, caption = texts.masked(consented.alt), texts.masked(consented.caption)
    language, score = language_of(alt, caption)
    made_by, _ = _label(consented, credentials="")
    return {
        "record_id": keys.opaque("media", image.id),
        "author": pseudonym,
        "sha256": image.sha256,
        "width": image.width,
        "height": image.height,
        "mime": image.content_type,
        "alt": alt or None,
        "caption": caption or None,
        "masked": texts.finds(),
        "language": language,
        "language_score": score,
        "created": hour_of(consented.created_at),
        "sensitive": consented.sensitive,
        "made_by": made_by,
        "digital_source_type": image.source_type_uri,
        **maker_of(consented.author, keys, purpose=PURPOSE),
    }


def _seen(consented: ConsentedImage, picture: Picture, record_id: str) -> dict[str, Any]:
    """What the bytes themselves say."""
    _, evidence = _label(consented, credentials=picture.credentials)
    return {
        "image": {"bytes": picture.data, "path": file_name(record_id, consented.image.content_type)},
        "credentials": picture.credentials,
        "evidence": evidence,
    }


def _label(consented: ConsentedImage, *, credentials: str) -> tuple[str, str]:
    return image_label(
        generated=consented.image.source == "generated",
        source_type=consented.image.source_type,
        declared=consented.made_by,
        credentials=credentials,
    )
