"""Asking a person to show that they are there: other apps call this, with a reason and a deadline."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from common import events
from common.problems import Problem
from identity.jobs.presence import note_presence
from identity.models import PresenceDemand

LONGEST_REASON = 300
SHORTEST = dt.timedelta(minutes=5)


def demand_presence(*, account_id: int, asked_by: str, reason: str, deadline: dt.datetime) -> PresenceDemand:
    """Ask for a fresh passkey or face. Past the deadline the account cannot write until it has shown one.

    Raises Problem for an empty or too long reason, and for a deadline that leaves no time.
    """
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise Problem(f"A reason has 1 to {LONGEST_REASON} characters.", field="reason", limit=LONGEST_REASON)
    if deadline < timezone.now() + SHORTEST:
        raise Problem("A deadline leaves at least five minutes.", field="deadline", limit="5 minutes")
    with transaction.atomic():
        demand = PresenceDemand.objects.create(
            account_id=account_id, asked_by=asked_by[:60], reason=reason.strip(), deadline=deadline
        )
        data = {"by": demand.asked_by, "deadline": deadline.isoformat()}
        events.record("presence.demanded", account_id=account_id, subject_id=demand.pk, data=data)
    return demand


def waive_demands(*, account_id: int) -> int:
    """Let go of every open demand; gives their number."""
    with transaction.atomic():
        return note_presence(account_id=account_id, by="waived")
