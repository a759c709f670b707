"""Statuses that an author shows first on the profile."""

from django.db import transaction

from common import events
from common.problems import Problem
from feed.models import Pin, Profile, Status
from feed.operations.accounts import require_may_write
from feed.queries.statuses import status_for

MOST_PINNED = 5


def pin(*, account_id: int, status_id: int) -> None:
    """Show one's own status first; twice changes nothing.

    Raises NotFound, NotAllowed (personhood, suspended), Problem for another's status, a reblog, a direct one, and for a sixth.
    """
    require_may_write(account_id)
    status = status_for(status_id=status_id, viewer_id=account_id)
    if status.reblog_of_id:
        raise Problem("Validation failed: A reblog cannot be pinned", code="reblog")
    if status.account_id != account_id:
        raise Problem("Validation failed: Only one's own posts can be pinned", code="not_own")
    if status.visibility == Status.Visibility.DIRECT:
        raise Problem("Validation failed: A direct post cannot be pinned", code="direct")
    with transaction.atomic():
        # One at a time for each account, or two requests at once would both be the fifth.
        Profile.objects.select_for_update(no_key=True).get(pk=account_id)
        pins = Pin.objects.filter(account_id=account_id)
        if pins.filter(status_id=status.pk).exists():
            return
        if pins.filter(status__deleted_at=None).count() >= MOST_PINNED:
            raise Problem(
                f"Validation failed: At most {MOST_PINNED} posts can be pinned", code="limit", limit=MOST_PINNED
            )
        Pin.objects.create(account_id=account_id, status_id=status.pk)
        events.record("pin.created", account_id=account_id, subject_id=status.pk)


def unpin(*, account_id: int, status_id: int) -> None:
    """Show it first no longer; nothing happens where it was not."""
    with transaction.atomic():
        deleted, _ = Pin.objects.filter(account_id=account_id, status_id=status_id).delete()
        if deleted:
            events.record("pin.removed", account_id=account_id, subject_id=status_id)
