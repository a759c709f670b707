"""Makes one requested image: paint, encode, sign last, store, label. Safe to run twice and to be killed at any point.

A session-level advisory lock tells a generation that a worker holds from one whose worker died: PostgreSQL lets go of it
with the connection. Each try stores under a name of its own, so two tries never write one file.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from PIL import Image

from common import events
from common.engine_loader import engine
from feed.engines import pictures, prompts, provenance
from feed.engines.ports import EngineRefusedError, ImageEngine
from feed.jobs import media_files
from feed.jobs.alone import alone
from feed.models import Generation, MediaAttachment
from feed.queries.certificates import signing_certificates
from feed.queries.images import UNFINISHED

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 3
LOCK_SPACE = 4_120_000_002
NUDGED_AT_ONCE = 50
GIVEN_UP = (
    f"The image could not be made in {MOST_ATTEMPTS} attempts. Nothing is wrong with your request; try again later."
)


def generate_image(generation_id: int) -> None:
    """Bring a generation to its end, unless it is there already or another worker is at it."""
    with alone(LOCK_SPACE, generation_id) as held:
        generation = _begin(generation_id) if held else None
        if generation is None:
            return
        try:
            prompts.check_policy(generation.prompt)
            _make(generation)
        except (prompts.PromptRefusedError, EngineRefusedError) as refusal:
            _end(generation, Generation.State.REFUSED, reason=str(refusal))
        except Exception as error:
            log.exception("generation_attempt_failed", generation_id=generation.pk, error=type(error).__name__)
            _retry_or_fail(generation)


def unfinished_generations(*, quiet_for: timedelta = timedelta(seconds=15)) -> list[int]:
    """Ids of generations that a worker should look at again, oldest first: nudges lost, and workers killed.

    One that is being worked on may be among them; the job then finds it held and leaves it.
    """
    before = timezone.now() - quiet_for
    quiet = Q(started_at=None, created_at__lt=before) | Q(started_at__lt=before)
    rows = Generation.objects.filter(quiet, state__in=UNFINISHED).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:NUDGED_AT_ONCE])


def _begin(generation_id: int) -> Generation | None:
    """Count an attempt; None when there is nothing left to do."""
    with transaction.atomic():
        generation = (
            Generation.objects.select_for_update(no_key=True).filter(pk=generation_id, state__in=UNFINISHED).first()
        )
        if generation is None:
            return None
        for attempt in range(1, generation.attempts + 1):
            # A killed attempt may have left its files behind.
            name = _file_name(generation, attempt)
            media_files.remove(f"{name}.jpg", f"{name}-small.jpg")
        if generation.attempts >= MOST_ATTEMPTS:
            _end(generation, Generation.State.FAILED, reason=GIVEN_UP)
            return None
        generation.attempts += 1
        generation.state = Generation.State.GENERATING
        generation.started_at = timezone.now()
        generation.save(update_fields=["attempts", "state", "started_at"])
    return generation


def _make(generation: Generation) -> None:
    painter = engine("IMAGE_ENGINE", ImageEngine)  # type: ignore[type-abstract]  # the port is named, not made
    # The id is as good a seed as any, and makes a second try paint the same picture.
    pixels = painter.paint(
        prompt=generation.prompt, width=generation.width, height=generation.height, seed=generation.pk
    )
    Generation.objects.filter(pk=generation.pk).update(state=Generation.State.SIGNING, engine=painter.name)
    picture = Image.fromarray(pixels)
    full, small = (
        replace(
            encoded,
            data=provenance.sign(
                encoded.data,
                content_type=encoded.content_type,
                digital_source_type=painter.digital_source_type,
                software=painter.name,
                certificates=signing_certificates(),
            ),
        )
        for encoded in (pictures.encode(picture), pictures.preview(picture))
    )
    seen = provenance.verify(full.data, content_type=full.content_type, certificates=signing_certificates())
    if not seen.trusted:
        raise RuntimeError(f"A fresh signature reads back as {seen.state}.")
    file, preview = media_files.store(_file_name(generation, generation.attempts), full, small)
    with transaction.atomic():
        current = Generation.objects.select_for_update(no_key=True).get(pk=generation.pk)
        if current.state not in UNFINISHED or current.attempts != generation.attempts:
            # The connection broke meanwhile, and with it the lock: another worker has taken over.
            media_files.remove(file, preview)
            return
        media = MediaAttachment.objects.create(
            account_id=current.account_id,
            source=MediaAttachment.Source.GENERATED,
            file=file,
            preview=preview,
            content_type=full.content_type,
            width=full.width,
            height=full.height,
            size=len(full.data),
            sha256=hashlib.sha256(full.data).hexdigest(),
            blurhash=pictures.blurhash_of(picture),
            digital_source_type=painter.digital_source_type,
        )
        current.media = media
        _end(current, Generation.State.DONE)
        events.record(
            "media.generated",
            account_id=current.account_id,
            subject_id=media.pk,
            data={"generation_id": current.pk, "digital_source_type": painter.digital_source_type},
        )


def _end(generation: Generation, state: Generation.State, *, reason: str = "") -> None:
    generation.state, generation.reason = state, reason[:300]
    generation.finished_at = timezone.now()
    generation.save(update_fields=["state", "reason", "finished_at", "media"])


def _retry_or_fail(generation: Generation) -> None:
    with transaction.atomic():
        current = Generation.objects.select_for_update(no_key=True).get(pk=generation.pk)
        if current.state not in UNFINISHED or current.attempts != generation.attempts:
            return
        if current.attempts >= MOST_ATTEMPTS:
            _end(current, Generation.State.FAILED, reason=GIVEN_UP)
        else:
            current.state = Generation.State.QUEUED
            current.save(update_fields=["state"])


def _file_name(generation: Generation, attempt: int) -> str:
    """Nobody can guess it, and every process finds the same."""
    secret = salted_hmac("feed.generated-file", f"{generation.pk}:{attempt}", algorithm="sha256").hexdigest()[:40]
    return f"generated/{secret[:2]}/{secret}"
