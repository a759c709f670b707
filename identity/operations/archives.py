"""Asking for the archive of all that is held on oneself, and fetching it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common import events
from common.after_commit import after_commit
from common.problems import Conflict, TooMany
from identity.engines.archive_file import ArchiveDamaged, unseal
from identity.jobs.build_archive import folder
from identity.models import Account, Archive
from identity.operations.passkeys.ownership import Proof, require_owner
from identity.queries.archives import own_archive
from identity.tasks import build_archive

ARCHIVES_A_DAY = 3


def ask_for_archive(*, account_id: int, face_codes: bool = False, proof: Proof | None = None) -> Archive:
    """Queue the archive, or give the one that is being built. The codes of the face are in it only when asked for with proof.

    Raises TooMany past three in a day, and what `require_owner` raises.
    """
    if face_codes:
        require_owner(account_id=account_id, proof=proof or Proof())
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        own = Archive.objects.filter(account_id=account_id)
        unfinished = own.filter(state__in=Archive.UNFINISHED, face_codes=face_codes).first()
        if unfinished:
            return unfinished
        if own.filter(state__in=Archive.UNFINISHED).exists():
            raise Conflict("Another archive of yours is being built: wait for it.", code="archive_under_way")
        if own.filter(asked_at__gt=timezone.now() - timedelta(days=1)).count() >= ARCHIVES_A_DAY:
            raise TooMany(
                f"{ARCHIVES_A_DAY} archives can be made in a day: fetch one that you have, or come back tomorrow.",
                limit=ARCHIVES_A_DAY,
                more={"retry_after": 86_400},
            )
        archive = Archive.objects.create(account_id=account_id, face_codes=face_codes)
        events.record("archive.asked", account_id=account_id, subject_id=archive.pk, data={"face_codes": face_codes})
        # Where no broker answers the sweep builds it.
        after_commit(build_archive.delay, archive.pk)
    archive.refresh_from_db()
    return archive


def open_archive(*, account_id: int, archive_id: int) -> tuple[Archive, bytes]:
    """The archive and its content. Raises NotFound, Conflict while it is not ready or no longer there."""
    archive = own_archive(account_id=account_id, archive_id=archive_id)
    expired = archive.expires_at is not None and archive.expires_at <= timezone.now()
    if archive.state != Archive.State.READY or expired or archive.key is None:
        state = "expired" if expired else archive.state
        raise Conflict(f"This archive is {state}: it cannot be fetched.", code=f"archive_{state}")
    try:
        content = unseal((folder() / archive.file).read_bytes(), bytes(archive.key), archive_id=archive.pk)
    except (ArchiveDamaged, OSError) as error:
        raise Conflict("This archive is no longer there: ask for another.", code="archive_lost") from error
    with transaction.atomic():
        events.record("archive.fetched", account_id=account_id, subject_id=archive.pk)
    return archive, content
