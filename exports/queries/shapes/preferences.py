"""Choices among generated images: one record for each prompt of which somebody posted one image of several."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from exports.engines.choice_columns import CHOICES, SCHEMA_VERSION
from exports.engines.filters import Filter
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
from feed.queries.training import Candidate, ConsentedChoice, consented_choices, picture_of

PURPOSE = "training_preferences"


class Preferences(Pictures):
    """Choices of those who agreed to `training_preferences`."""

    purpose = PURPOSE
    consents: tuple[str, ...] = (PURPOSE,)
    schema: pa.Schema = CHOICES
    schema_version = SCHEMA_VERSION
    # Each candidate's id goes with its bytes for good, and the ids are in `chosen` and `rejected`.
    unread: tuple[str, ...] = ("candidates",)
    rows_in_group: int | None = 8

    def fresh(
        self,
        *,
        authors: Mapping[int, str],
        keys: PseudonymKeys,
        filter: Filter,
        context: Context,
    ) -> Fresh:
        """One record for each choice that passes; a candidate whose file is gone leaves the others as they are."""
        gathered = Gathered(CHOICES, at_once=self.rows_in_group)
        for choice in consented_choices(purpose=self.purpose, account_ids=authors.keys()):
            gathered.funnel["considered"] += 1
            author = choice.author.account_id
            made = _record(choice, authors[author], keys, filter)
            if isinstance(made, str):
                gathered.funnel[made] += 1
            else:
                gathered.add(made, subject=choice.chosen.image.id, rests_on=[(choice.status_id, author)])
        return gathered.fresh()


def _record(choice: ConsentedChoice, pseudonym: str, keys: PseudonymKeys, filter: Filter) -> dict[str, Any] | str:
    """The record, or the name of what drops it."""
    texts = new_texts()
    prompt = texts.masked(choice.prompt)
    language, score = language_of(prompt)
    dropped = dropped_by(
        filter, author=choice.author, created_at=choice.created_at, made_by="machine", language=language
    )
    if dropped:
        return dropped
    shown: list[dict[str, Any]] = []
    for candidate in sorted((choice.chosen, *choice.rejected), key=lambda one: one.image.id):
        described = _candidate(candidate, keys)
        if described == "face":
            return "face"
        if isinstance(described, dict):
            shown.append(described)
    chosen = keys.opaque("media", choice.chosen.image.id)
    ids = [one["candidate_id"] for one in shown]
    if chosen not in ids or len(ids) < 2:
        return "file_missing"
    return {
        "record_id": keys.opaque("choice", choice.chosen.image.id),
        "author": pseudonym,
        "prompt": prompt,
        "masked": texts.finds(),
        "language": language,
        "language_score": score,
        "candidates": shown,
        "chosen": chosen,
        "rejected": [one for one in ids if one != chosen],
        "engines": sorted({one["engine"] for one in shown}),
        "created": hour_of(choice.created_at),
        "sensitive": choice.sensitive,
        "made_by": "machine",
        "evidence": "c2pa" if all(one["credentials"] == "trusted" for one in shown) else "declared",
        **maker_of(choice.author, keys, purpose=PURPOSE),
    }


def _candidate(candidate: Candidate, keys: PseudonymKeys) -> dict[str, Any] | str:
    image = candidate.image
    picture = picture_of(image)
    if picture is None:
        return "file_missing"
    if is_face_in(picture.data, sha256=image.sha256):
        return "face"
    candidate_id = keys.opaque("media", image.id)
    return {
        "candidate_id": candidate_id,
        "image": {"bytes": picture.data, "path": file_name(candidate_id, image.content_type)},
        "sha256": image.sha256,
        "width": image.width,
        "height": image.height,
        "mime": image.content_type,
        "engine": candidate.engine,
        "digital_source_type": image.source_type_uri,
        "credentials": picture.credentials,
    }
