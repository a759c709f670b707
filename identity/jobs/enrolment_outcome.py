"""Closing an enrolment, whatever its outcome."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from common import events
from identity.models import Enrolment


def refuse_enrolment(
    *,
    enrolment_id: int,
    state: Enrolment.State,
    reasons: list[dict[str, Any]],
    only_from: Sequence[Enrolment.State] = Enrolment.OPEN,
) -> None:
    """Close an enrolment that did not come as far as a comparison; nothing when it is in none of the states `only_from`."""
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
        if enrolment.state in only_from:
            close(enrolment, state, reasons=reasons)


def close(enrolment: Enrolment, state: Enrolment.State, *, reasons: list[dict[str, Any]]) -> None:
    """Write the outcome, drop the frames' key, tell the event log. The row is locked by the caller."""
    enrolment.state = state
    enrolment.reasons = reasons
    enrolment.frame_key = None
    enrolment.step, enrolment.progress = "decided", 1.0
    enrolment.decided_at = timezone.now()
    enrolment.save()
    events.record(
        "enrolment.decided",
        account_id=enrolment.account_id,
        subject_id=enrolment.pk,
        data={"state": state.value, "reasons": [reason["code"] for reason in reasons]},
    )
