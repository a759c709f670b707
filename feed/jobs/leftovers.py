"""Forgets what nobody came back for: uploads that were never posted, and the notes of scheduled statuses that were."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common import events
from common.after_commit import after_commit
from common.ids import smallest_id_at
from feed.jobs import media_files
from feed.models import MediaAttachment, ScheduledStatus, StatusEdit

# Mastodon's time for uploads.
KEPT_FOR = timedelta(hours=24)
UPLOADS_IN_A_STEP = 500
SCHEDULED_IN_A_SWEEP = 5000


def forget_posted_schedules() -> int:
    """Delete what was posted a day ago or earlier: the status is there. What could not be posted stays with its reason."""
    posted = ScheduledStatus.objects.filter(posted_at__lt=timezone.now() - KEPT_FOR).order_by("pk")
    chosen = list(posted.values_list("pk", flat=True)[:SCHEDULED_IN_A_SWEEP])
    ScheduledStatus.objects.filter(pk__in=chosen).delete()
    return len(chosen)


def remove_unposted_uploads() -> int:
    """Delete uploads of a day ago or earlier that no status has, waits for, or had before an edit; gives their number.

    Images made here stay: their maker finds them again among what was made.
    """
    removed, last = 0, 0
    while step := _removed_after(last):
        last = step[0]
        removed += step[1]
    return removed


def _removed_after(last: int) -> tuple[int, int] | None:
    """The last id of the next step, and how many of the step are gone; None behind the last step."""
    rows = MediaAttachment.objects.filter(
        status=None,
        source=MediaAttachment.Source.UPLOAD,
        pk__gt=last,
        pk__lt=smallest_id_at(timezone.now() - KEPT_FOR),
    )
    with transaction.atomic():
        # Whoever attaches one at this moment holds its row.
        old = list(rows.order_by("pk").select_for_update(skip_locked=True)[:UPLOADS_IN_A_STEP])
        if not old:
            return None
        wanted = _still_wanted({media.account_id for media in old})
        gone = [media for media in old if media.pk not in wanted]
        for media in gone:
            events.record("media.deleted", account_id=media.account_id, subject_id=media.pk)
            after_commit(media_files.remove, *(path for path in (media.file, media.preview, media.original) if path))
        MediaAttachment.objects.filter(pk__in=[media.pk for media in gone]).delete()
    return old[-1].pk, len(gone)


def _still_wanted(account_ids: set[int]) -> set[int]:
    """Ids that scheduled statuses and the history of edited ones name."""
    scheduled = ScheduledStatus.objects.filter(account_id__in=account_ids, posted_at=None)
    edits = StatusEdit.objects.filter(status__account_id__in=account_ids, status__deleted_at=None).exclude(media=[])
    kept = {int(one) for row in scheduled.values_list("parameters", flat=True) for one in row.get("media_ids") or []}
    return kept | {int(one["id"]) for row in edits.values_list("media", flat=True) for one in row}
