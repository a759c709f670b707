"""Builds the archive of one person, seals it, and lets it go when its time is over. Safe to run twice."""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from common import events
from common.archive import ArchivePart, ArchiveProvider
from identity.engines.archive_file import KEY_BYTES, ArchiveFile, ArchiveTooLarge, seal
from identity.jobs.locks import is_free, only_worker
from identity.models import Archive
from identity.queries.archive import face_parts
from identity.queries.receipts import sign_receipt

log = structlog.get_logger(__name__)

KIND = "archive-manifest+jwt"
MOST_ATTEMPTS = 3
KEPT_FOR = timedelta(days=7)
SETTLE = timedelta(seconds=10)
# A file that no row knows is left over from a worker that died between the two.
ORPHANED_AFTER_SECONDS = 3600


def folder() -> Path:
    """Where sealed archives lie."""
    place = Path(settings.ARCHIVE_ROOT)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def build_archive(archive_id: int) -> None:
    """Write every part, sign the manifest, seal the file. Nothing when another worker is at it or it is done."""
    with only_worker(archive_id) as ours:
        archive = Archive.objects.filter(pk=archive_id, state__in=Archive.UNFINISHED).first() if ours else None
        if archive is None:
            return
        archive.state, archive.attempts = Archive.State.BUILDING, archive.attempts + 1
        archive.save(update_fields=["state", "attempts"])
        if archive.attempts > MOST_ATTEMPTS:
            _fail(archive, "It could not be built; ask again.")
            return
        try:
            content = _written(archive)
        except ArchiveTooLarge as error:
            _fail(archive, str(error))
            return
        _keep(archive, content)


def sweep_archives(*, nudge: Callable[[int], object], limit: int = 200) -> None:
    """Nudge what was dropped; delete what has expired, and files that no row knows."""
    now = timezone.now()
    waiting = Archive.objects.filter(state__in=Archive.UNFINISHED, asked_at__lt=now - SETTLE)
    for archive_id in waiting.order_by("pk").values_list("pk", flat=True)[:limit]:
        if is_free(archive_id):
            nudge(archive_id)
    for archive in Archive.objects.filter(state=Archive.State.READY, expires_at__lte=now)[:limit]:
        discard(archive)
    known = set(Archive.objects.exclude(file="").values_list("file", flat=True))
    for path in folder().iterdir():
        if path.name not in known and path.stat().st_mtime < now.timestamp() - ORPHANED_AFTER_SECONDS:
            path.unlink(missing_ok=True)


def discard(archive: Archive) -> None:
    """Drop the key, then the file."""
    name = archive.file
    archive.state, archive.key, archive.file = Archive.State.EXPIRED, None, ""
    archive.save(update_fields=["state", "key", "file"])
    remove_files([name] if name else [])


def remove_files(names: Iterable[str]) -> None:
    """Delete sealed files, those that are gone already included."""
    for name in names:
        (folder() / name).unlink(missing_ok=True)


def _parts(archive: Archive) -> Iterator[ArchivePart]:
    for path in settings.ARCHIVE_PROVIDERS:
        provider: ArchiveProvider = import_string(path)
        yield from provider(archive.account_id)
    yield from face_parts(archive.account_id, with_codes=archive.face_codes)


def _written(archive: Archive) -> bytes:
    file = ArchiveFile()
    # How many parts there will be is not known before; the share grows towards 1 and never reaches it.
    for number, part in enumerate(_parts(archive), start=1):
        Archive.objects.filter(pk=archive.pk).update(step=part.name, progress=round(number / (number + 4), 2))
        file.add(part.name, part.about, part.records)
    claims = {
        "archive": str(archive.pk),
        "sub": str(archive.account_id),
        "server": settings.PUBLIC_URL,
        "made_at": timezone.now().isoformat(),
    }
    keys_at = f"{settings.PUBLIC_URL}/api/humankind/v1/receipts/keys"
    return file.finish(claims, sign=partial(sign_receipt, kind=KIND), keys_at=keys_at)


def _keep(archive: Archive, content: bytes) -> None:
    key, name = secrets.token_bytes(KEY_BYTES), f"{secrets.token_hex(32)}.sealed"
    place = folder() / name
    with os.fdopen(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(seal(content, key, archive_id=archive.pk))
    now = timezone.now()
    with transaction.atomic():
        kept = Archive.objects.filter(pk=archive.pk, state=Archive.State.BUILDING).update(
            state=Archive.State.READY,
            step="ready",
            progress=1.0,
            file=name,
            key=key,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            built_at=now,
            expires_at=now + KEPT_FOR,
        )
        if kept:
            events.record("archive.built", account_id=archive.account_id, subject_id=archive.pk)
    if not kept:
        # The account went meanwhile.
        place.unlink(missing_ok=True)


def _fail(archive: Archive, sentence: str) -> None:
    log.warning("archive_not_built", archive_id=archive.pk, problem=sentence)
    Archive.objects.filter(pk=archive.pk).update(state=Archive.State.FAILED, step=sentence[:60])
