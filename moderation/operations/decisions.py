"""Deciding a case, and taking a decision back. Only moderators may."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from common import events
from common.problems import Conflict, NotFound, Problem
from feed.operations.training import release_training
from feed.queries.activity import posted
from identity.models import Account
from moderation.jobs.effects import carry_out
from moderation.jobs.end_dates import end_decision
from moderation.jobs.training_holds import OPEN_CASE
from moderation.models import Case, Decision, Undo
from moderation.models.decision import LONGEST_UNDO_REASON
from moderation.operations.roles import require_permission
from moderation.operations.statement import Statement
from moderation.queries.statements import decision_notice

MOST_STATUSES = 100


def decide(
    *, case_id: int, moderator_id: int, effect: str, statement: Statement, status_ids: Sequence[int] = ()
) -> Decision:
    """Close a case with an effect and its statement of reasons, which the author is sent.

    `withhold_status` names the account's statuses to withhold; the other effects may name those that they rest on.
    Raises NotAllowed without the role or on one's own account, NotFound, Conflict for a closed case, and Problem for a
    statement that leaves something out.
    """
    require_permission(account_id=moderator_id, permission="decide_case")
    statement.check()
    chosen = list(dict.fromkeys(status_ids))
    _check_effect(effect, chosen)
    with transaction.atomic():
        case = _locked_case(case_id)
        if case.account_id == moderator_id:
            raise Conflict("Nobody decides a case on their own account.")
        if case.state != Case.State.OPEN:
            raise Conflict("This case is closed: it has been decided.")
        if len([each for each in posted(chosen) if each.account_id == case.account_id]) != len(chosen):
            raise Problem("A decision names statuses of the reported account only.", field="status_ids")
        decision = Decision.objects.create(
            case=case,
            account_id=case.account_id,
            moderator_id=moderator_id,
            effect=effect,
            status_ids=chosen,
            ground=statement.ground,
            category=statement.category,
            rule=statement.rule,
            facts=statement.facts,
            content_type=statement.content_type,
            content_date=statement.content_date,
            source=statement.source,
            automated_detection=statement.automated_detection,
            automated_decision=statement.automated_decision,
            end_date=statement.end_date,
        )
        case.state, case.closed_at = Case.State.CLOSED, timezone.now()
        case.save(update_fields=["state", "closed_at"])
        carry_out(decision, decision_notice(decision))
        release_training(account_id=case.account_id, reason=OPEN_CASE)
        events.record(
            "decision.made",
            account_id=moderator_id,
            subject_id=decision.pk,
            data={"target_id": case.account_id, "effect": effect},
        )
    return decision


def undo(*, decision_id: int, moderator_id: int, reason: str) -> Undo:
    """Take a decision back; what it took is restored and the author is told.

    Raises NotAllowed without the role, NotFound, Problem without a reason, and Conflict when it has ended already.
    """
    require_permission(account_id=moderator_id, permission="undo_decision")
    if not reason.strip() or len(reason) > LONGEST_UNDO_REASON:
        raise Problem(f"A reason has 1 to {LONGEST_UNDO_REASON} characters.", field="reason", limit=LONGEST_UNDO_REASON)
    decision = Decision.objects.filter(pk=decision_id).first()
    if decision is None:
        raise NotFound("There is no such decision.")
    if decision.account_id == moderator_id:
        raise Conflict("Nobody undoes a decision on their own account.")
    return end_decision(decision=decision, moderator_id=moderator_id, reason=reason)


def _check_effect(effect: str, status_ids: Sequence[int]) -> None:
    if effect not in Decision.Effect.values:
        raise Problem(f"effect is one of {', '.join(Decision.Effect.values)}.", field="effect")
    if effect == Decision.Effect.WITHHOLD_STATUS and not status_ids:
        raise Problem("Name the statuses to withhold.", field="status_ids")
    if len(status_ids) > MOST_STATUSES:
        raise Problem(f"A decision names at most {MOST_STATUSES} statuses.", field="status_ids", limit=MOST_STATUSES)


def _locked_case(case_id: int) -> Case:
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise NotFound("There is no such case.")
    # The account's lock comes first everywhere, so that a report, a decision and an undo wait for each other.
    Account.objects.select_for_update(no_key=True).get(pk=case.account_id)
    case.refresh_from_db()
    return case
