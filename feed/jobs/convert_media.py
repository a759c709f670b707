"""Converts one uploaded film, sound or moving GIF. Safe to run twice and to be killed at any point.

    waiting -> processing -> ready | failed, with a sentence

A lock that falls with its worker tells what is being converted from what a killed worker left; each try writes under a
name of its own. So many conversions run at once as there are slots: other tasks must not wait behind films.
"""

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from common.after_commit import after_commit
from common.engine_loader import engine
from feed.engines.recordings import (
    CONTENT_TYPES,
    ENDINGS,
    Made,
    RecordingEngine,
    RecordingRefusedError,
)
from feed.jobs import media_files
from feed.jobs.alone import alone
from feed.models import MediaAttachment
from feed.queries.images import UNCONVERTED

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 3
MEDIA_LOCKS = 4_120_000_003
SLOT_LOCKS = 4_120_000_004
NUDGED_AT_ONCE = 20
GIVEN_UP = f"The file could not be converted in {MOST_ATTEMPTS} attempts; send it in another format."
KINDS: dict[Made, MediaAttachment.Kind] = {
    "film": MediaAttachment.Kind.VIDEO,
    "silent film": MediaAttachment.Kind.GIFV,
    "sound": MediaAttachment.Kind.AUDIO,
}
MADE = {kind: made for made, kind in KINDS.items()}


def convert_media(media_id: int) -> bool:
    """Bring an upload to its end; False when every slot is taken or another worker is at it, and it stays as it is."""
    for slot in range(settings.CONVERSIONS_AT_ONCE):
        with alone(SLOT_LOCKS, slot) as free:
            if free:
                with alone(MEDIA_LOCKS, media_id) as held:
                    if held:
                        _convert(media_id)
                    return held
    return False


def unconverted_media(*, quiet_for: timedelta = timedelta(seconds=15)) -> list[int]:
    """Ids that a worker should look at again, oldest first: nudges lost, slots taken, workers killed.

    One that is being converted may be among them; the job then finds it held and leaves it.
    """
    before = timezone.now() - quiet_for
    quiet = Q(started_at=None, created_at__lt=before) | Q(started_at__lt=before)
    rows = MediaAttachment.objects.filter(quiet, state__in=UNCONVERTED).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:NUDGED_AT_ONCE])


def next_waiting() -> int | None:
    """The upload that has waited longest."""
    rows = MediaAttachment.objects.filter(state=MediaAttachment.State.WAITING).order_by("pk")
    return rows.values_list("pk", flat=True).first()


def _convert(media_id: int) -> None:
    media = _begin(media_id)
    if media is None:
        return
    folder = _folder(media, media.attempts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make(media, folder)
    except RecordingRefusedError as refusal:
        _fail(media, str(refusal))
    except FileNotFoundError:
        _fail(media, "The uploaded file is gone; upload it again.")
    except Exception as error:
        log.exception("conversion_attempt_failed", media_id=media.pk, error=type(error).__name__)
        _retry_or_fail(media)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _begin(media_id: int) -> MediaAttachment | None:
    """Count an attempt; None when there is nothing left to do."""
    with transaction.atomic():
        rows = MediaAttachment.objects.select_for_update(no_key=True)
        media = rows.filter(pk=media_id, state__in=UNCONVERTED).first()
        if media is None:
            return None
        for attempt in range(1, media.attempts + 1):
            # A killed attempt may have left its files behind.
            media_files.remove(_file_path(media, attempt))
            shutil.rmtree(_folder(media, attempt), ignore_errors=True)
        if media.attempts >= MOST_ATTEMPTS:
            _end(media, failed=GIVEN_UP)
            return None
        media.attempts += 1
        media.state = MediaAttachment.State.PROCESSING
        media.started_at = timezone.now()
        media.save(update_fields=["attempts", "state", "started_at"])
    return media


def _make(media: MediaAttachment, folder: Path) -> None:
    recorder = engine("RECORDING_ENGINE", RecordingEngine)  # type: ignore[type-abstract]  # the port is named, not made
    made = MADE[MediaAttachment.Kind(media.kind)]
    source, result = folder / "original", folder / f"result.{ENDINGS[made]}"
    media_files.fetch(media.original, source)
    recorder.convert(source, into=result, made=made)
    seen = recorder.examine(result)
    with result.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    path = media_files.store_file(_file_path(media, media.attempts), result)
    finished: dict[str, Any] = {
        "file": path,
        "content_type": CONTENT_TYPES[made],
        "width": seen.width,
        "height": seen.height,
        "size": result.stat().st_size,
        "sha256": digest,
    }
    figures = {"duration": seen.seconds, "frame_rate": seen.frame_rate, "bitrate": seen.bit_rate}
    with transaction.atomic():
        current = _still_ours(media)
        if current is None:
            # Deleted meanwhile, or the connection broke, and with it the lock: another worker has taken over.
            media_files.remove(path)
            return
        for name, value in finished.items():
            setattr(current, name, value)
        current.meta = {**current.meta, **{name: value for name, value in figures.items() if value}}
        _end(current)


def _still_ours(media: MediaAttachment) -> MediaAttachment | None:
    rows = MediaAttachment.objects.select_for_update(no_key=True)
    return rows.filter(pk=media.pk, state=MediaAttachment.State.PROCESSING, attempts=media.attempts).first()


def _end(media: MediaAttachment, *, failed: str = "") -> None:
    original, media.original = media.original, ""
    media.state = MediaAttachment.State.FAILED if failed else MediaAttachment.State.READY
    media.reason = failed[:300]
    media.save()
    after_commit(media_files.remove, original)


def _fail(media: MediaAttachment, sentence: str) -> None:
    with transaction.atomic():
        if current := _still_ours(media):
            _end(current, failed=sentence)


def _retry_or_fail(media: MediaAttachment) -> None:
    with transaction.atomic():
        current = _still_ours(media)
        if current is None:
            return
        if current.attempts >= MOST_ATTEMPTS:
            _end(current, failed=GIVEN_UP)
        else:
            current.state = MediaAttachment.State.WAITING
            current.save(update_fields=["state"])


def _folder(media: MediaAttachment, attempt: int) -> Path:
    return Path(settings.VAR) / "converting" / f"{media.pk}-{attempt}"


def _file_path(media: MediaAttachment, attempt: int) -> str:
    """Nobody can guess it, and every process finds the same."""
    secret = salted_hmac("feed.converted-file", f"{media.pk}:{attempt}", algorithm="sha256").hexdigest()[:40]
    return f"uploads/{secret[:2]}/{secret}.{ENDINGS[MADE[MediaAttachment.Kind(media.kind)]]}"
