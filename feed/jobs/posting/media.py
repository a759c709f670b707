"""Attaches an account's media to its status."""

from collections.abc import Sequence

from django.db.models import Q

from common.problems import Problem
from feed.models import MediaAttachment, Status
from feed.queries.images import least_label

MOST_ATTACHED = 4
ALONE = (MediaAttachment.Kind.VIDEO, MediaAttachment.Kind.AUDIO)


def attachable(*, account_id: int, media_ids: Sequence[int], status_id: int | None = None) -> list[MediaAttachment]:
    """The account's own media that `status_id`, or a new status, may have, in the order asked for; their rows are locked.

    Free is what is attached to nothing, and what was attached to a status that its author deleted, to write it anew.
    Raises Problem for too many, for a film or a sound beside others, for any that is not free or not ready.
    """
    wanted = list(dict.fromkeys(media_ids))
    if len(wanted) > MOST_ATTACHED:
        raise Problem(f"Cannot attach more than {MOST_ATTACHED} files", field="media_ids", limit=MOST_ATTACHED)
    free = Q(status=None) | Q(status__deleted_at__isnull=False, status__withheld_at=None)
    if status_id is not None:
        free |= Q(status_id=status_id)
    # `of`: the status may be absent, and the outer side of a join cannot be locked.
    rows = MediaAttachment.objects.select_for_update(no_key=True, of=("self",))
    found = {one.pk: one for one in rows.filter(free, account_id=account_id, pk__in=wanted)}
    missing = [one for one in wanted if one not in found]
    if missing:
        raise Problem(f"There is no unattached media {missing[0]} of yours.", code="not_found", field="media_ids")
    media = [found[one] for one in wanted]
    if len(media) > 1 and any(one.kind in ALONE for one in media):
        raise Problem("Cannot attach a video to a post that already contains images", field="media_ids")
    if any(one.state == MediaAttachment.State.FAILED for one in media):
        raise Problem("A file could not be processed; upload it again.", code="not_ready", field="media_ids")
    if any(one.state != MediaAttachment.State.READY for one in media):
        raise Problem(
            "Cannot attach files that have not finished processing. Try again in a moment!",
            code="not_ready",
            field="media_ids",
        )
    return media


def attach_media(*, account_id: int, media_ids: Sequence[int], status_id: int) -> str:
    """Attach media to a new status, in the transaction that makes it; gives the least that it may be labelled as.

    That is `assisted` when a machine made any of the media, else `human`. Raises Problem as `attachable` does.
    """
    if not media_ids:
        return Status.MadeBy.HUMAN
    media = attachable(account_id=account_id, media_ids=media_ids)
    MediaAttachment.objects.filter(pk__in=[one.pk for one in media]).update(status_id=status_id)
    return least_label(media)
