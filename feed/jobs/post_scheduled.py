"""Posts what was scheduled, each once: the row that says that it is posted commits with the status."""

from django.db import transaction
from django.utils import timezone

from common.problems import Problem
from feed.jobs.posting.write import Nudge, write_status
from feed.models import ScheduledStatus
from feed.queries.drafts import Wish, draft_of

POSTED_IN_A_SWEEP = 200


def due_statuses() -> list[int]:
    """Ids of what should be posted now, the longest due first."""
    due = ScheduledStatus.objects.filter(posted_at=None, failed="", at__lte=timezone.now()).order_by("at")
    return list(due.values_list("pk", flat=True)[:POSTED_IN_A_SWEEP])


def post_scheduled(scheduled_id: int, *, fan_out: Nudge, fetch_card: Nudge) -> None:
    """Post one, unless it is posted, cancelled, moved, or another worker is at it.

    What may no longer be posted (the author not admitted any more, the status replied to gone) stays with its reason.
    """
    with transaction.atomic():
        rows = ScheduledStatus.objects.select_for_update(skip_locked=True)
        scheduled = rows.filter(pk=scheduled_id, posted_at=None, failed="", at__lte=timezone.now()).first()
        if scheduled is None:
            return
        try:
            with transaction.atomic():
                draft = draft_of(Wish.of_json(scheduled.parameters))
                scheduled.status = write_status(draft, fan_out=fan_out, fetch_card=fetch_card)
                scheduled.posted_at = timezone.now()
        except Problem as problem:
            scheduled.failed = problem.sentence[:300]
        scheduled.save(update_fields=["posted_at", "status", "failed"])
