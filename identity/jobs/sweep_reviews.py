"""Keeps the promises of reviews that only time can break: pictures past their days, cases past their deadline."""

import structlog
from django.db import transaction
from django.utils import timezone

from identity.jobs.held_captures import delete_expired
from identity.jobs.review_cases import close_enrolment, settle
from identity.models import Enrolment, ReviewCase

log = structlog.get_logger(__name__)

NOT_DECIDED = (
    "We did not decide in time. That is our fault and says nothing of you: nothing was refused, and what we kept of your"
    " check is deleted. Open a new enrolment whenever you like; should it need a review again, it goes to the front."
)
NO_CAPTURE = (
    "No new capture came in time, so the case is closed and nothing is kept of it. Nothing was refused: open a new"
    " enrolment whenever you like."
)


def sweep_reviews(*, limit: int = 500) -> None:
    """Delete what was held long enough, and let lapse what nobody decided in time."""
    delete_expired()
    late = ReviewCase.objects.filter(state__in=ReviewCase.UNDECIDED, deadline__lte=timezone.now())
    for case_id in late.order_by("deadline").values_list("pk", flat=True)[:limit]:
        lapse_if_late(case_id)


def lapse_if_late(case_id: int) -> None:
    """End a case past its deadline in nobody's disfavour."""
    with transaction.atomic():
        undecided = ReviewCase.objects.filter(state__in=ReviewCase.UNDECIDED, deadline__lte=timezone.now())
        case = undecided.select_for_update().filter(pk=case_id).first()
        if case is None:
            return
        ours = case.state != ReviewCase.State.AWAITING_CAPTURE
        sentence = NOT_DECIDED if ours else NO_CAPTURE
        outcome = ReviewCase.Outcome.NOT_DECIDED if ours else ReviewCase.Outcome.NO_CAPTURE
        settle(case, outcome, reasons=sentence, state=ReviewCase.State.LAPSED)
        close_enrolment(case, Enrolment.State.EXPIRED, {"code": "review_lapsed", "sentence": sentence})
        if ours:
            log.warning("review_not_decided_in_time", case=case.number, kind=case.kind)
