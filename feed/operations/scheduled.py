"""Schedule a status, move it, take it back."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from common.problems import NotFound, Problem
from feed.jobs.posting.media import attachable
from feed.models import Profile, ScheduledStatus
from feed.queries.drafts import Wish, draft_of
from feed.queries.scheduled import waiting

SOONEST = dt.timedelta(minutes=5)
MOST_WAITING = 300
MOST_IN_A_DAY = 25


def schedule_status(*, at: dt.datetime, wish: Wish) -> ScheduledStatus:
    """Keep a status until `at`. It is checked now as it will be then. Raises as `post_status` does, and Problem for limits."""
    draft = draft_of(wish)
    with transaction.atomic():
        _check_time(wish.account_id, at, moved=None)
        if wish.media_ids:
            attachable(account_id=wish.account_id, media_ids=wish.media_ids)
        return ScheduledStatus.objects.create(
            account_id=draft.wish.account_id,
            at=at,
            # Clients show who will see it, also where the author said nothing.
            parameters={**wish.as_json(), "visibility": draft.visibility},
            application_id=wish.application_id,
        )


def move_scheduled(*, account_id: int, scheduled_id: int, at: dt.datetime | None) -> ScheduledStatus:
    """Post it at another time; one that could not be posted is tried again then. Raises NotFound, Problem."""
    with transaction.atomic():
        scheduled = waiting(account_id).select_for_update().filter(pk=scheduled_id).first()
        if scheduled is None:
            raise NotFound("Record not found")
        if at is not None:
            _check_time(account_id, at, moved=scheduled)
            scheduled.at, scheduled.failed = at, ""
            scheduled.save(update_fields=["at", "failed"])
    return scheduled


def cancel_scheduled(*, account_id: int, scheduled_id: int) -> None:
    """Never post it. Raises NotFound, also when it was posted meanwhile."""
    with transaction.atomic():
        scheduled = waiting(account_id).select_for_update().filter(pk=scheduled_id).first()
        if scheduled is None:
            raise NotFound("Record not found")
        scheduled.delete()


def _check_time(account_id: int, at: dt.datetime, *, moved: ScheduledStatus | None) -> None:
    if at <= timezone.now() + SOONEST:
        raise Problem(
            "Validation failed: Scheduled at must be at least 5 minutes in the future", field="scheduled_at", limit=5
        )
    # Two requests at once count one after the other.
    Profile.objects.select_for_update(no_key=True).get(pk=account_id)
    others = waiting(account_id).exclude(pk=moved.pk) if moved else waiting(account_id)
    if others.count() >= MOST_WAITING:
        raise Problem(
            f"Validation failed: You have exceeded the limit of {MOST_WAITING} scheduled posts",
            field="scheduled_at",
            limit=MOST_WAITING,
        )
    day = at.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if others.filter(at__gte=day, at__lt=day + dt.timedelta(days=1)).count() >= MOST_IN_A_DAY:
        raise Problem(
            f"Validation failed: You have exceeded the limit of {MOST_IN_A_DAY} scheduled posts for that day",
            field="scheduled_at",
            limit=MOST_IN_A_DAY,
        )
