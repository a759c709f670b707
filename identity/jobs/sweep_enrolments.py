"""Finds the enrolments that somebody let drop: a lost nudge, a killed worker, a person who went away."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from identity.jobs.check_enrolment import CAPTURE_AGAIN
from identity.jobs.enrolment_outcome import refuse_enrolment
from identity.jobs.locks import is_free
from identity.models import Enrolment
from identity.models.capture import delete_frames, frames_alive
from identity.models.progress import may_nudge

UNFINISHED = (Enrolment.State.OPENED, Enrolment.State.CAPTURING)
# A submission is left to its own nudge for so long, and nudged again no oftener than this.
SETTLE = timedelta(seconds=5)
NUDGE_SECONDS = 30
TOO_LATE = {
    "code": "deadline_passed",
    "sentence": "The time to perform the gestures ran out. Open a new enrolment to try again.",
}


def sweep_enrolments(*, nudge: Callable[[int], object], limit: int = 500) -> None:
    """Nudge what is to be checked and is not being checked; expire what lost its frames or passed its deadline."""
    now = timezone.now()
    waiting = Enrolment.objects.filter(state=Enrolment.State.CHECKING, submitted_at__lt=now - SETTLE)
    for enrolment_id in waiting.order_by("submitted_at").values_list("pk", flat=True)[:limit]:
        if not is_free(enrolment_id):
            continue
        if not frames_alive(enrolment_id):
            refuse_enrolment(enrolment_id=enrolment_id, state=Enrolment.State.EXPIRED, reasons=[CAPTURE_AGAIN])
        elif may_nudge(enrolment_id, seconds=NUDGE_SECONDS):
            nudge(enrolment_id)
    late = Enrolment.objects.filter(state__in=UNFINISHED, deadline__lt=now)
    for enrolment_id in late.values_list("pk", flat=True)[:limit]:
        expire_if_late(enrolment_id)


def expire_if_late(enrolment_id: int) -> None:
    """Close an enrolment whose deadline passed before it was submitted, and delete its frames."""
    enrolment = Enrolment.objects.get(pk=enrolment_id)
    if enrolment.state in UNFINISHED and enrolment.deadline < timezone.now():
        refuse_enrolment(
            enrolment_id=enrolment_id, state=Enrolment.State.EXPIRED, reasons=[TOO_LATE], only_from=UNFINISHED
        )
        delete_frames(enrolment_id)
