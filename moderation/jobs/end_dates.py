"""Decisions end: because a moderator takes them back, or because their day has come."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from common import events
from common.problems import Conflict
from identity.models import Account
from moderation.jobs.effects import take_back
from moderation.models import Decision, Undo
from moderation.queries.statements import undo_notice

ENDED = "It has reached its end date."


def end_decision(*, decision: Decision, moderator_id: int | None, reason: str) -> Undo:
    """Append the undo and restore what the decision took, together. Raises Conflict when it has ended already."""
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=decision.account_id)
        try:
            with transaction.atomic():
                undo = Undo.objects.create(decision=decision, moderator_id=moderator_id, reason=reason)
        except IntegrityError as error:
            raise Conflict("This decision has been undone already.") from error
        if decision.effect != Decision.Effect.NONE:
            take_back(decision, undo_notice(undo))
        events.record(
            "decision.undone",
            account_id=moderator_id,
            subject_id=decision.pk,
            data={"target_id": decision.account_id, "effect": decision.effect},
        )
    return undo


def end_due_decisions() -> int:
    """End every decision whose end date has come; gives their number."""
    due = Decision.objects.filter(end_date__lte=timezone.now().date(), undo=None)
    ended = 0
    for decision in due.iterator():
        try:
            end_decision(decision=decision, moderator_id=None, reason=ENDED)
        except Conflict:
            continue
        ended += 1
    return ended
