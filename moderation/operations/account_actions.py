"""Acting on an account from a moderator's client, by the same cases and decisions as in the console."""

import datetime as dt

from django.db import transaction

from common.problems import Conflict, NotFound, Problem
from identity.models import Account
from moderation.models import Case, Decision
from moderation.operations.decisions import decide, undo
from moderation.operations.roles import require_permission
from moderation.operations.statement import Statement
from moderation.queries.reported import in_force

EFFECTS = {
    "none": Decision.Effect.NONE,
    "silence": Decision.Effect.LIMIT_ACCOUNT,
    "suspend": Decision.Effect.SUSPEND_ACCOUNT,
}
LIFTS = {"unsilence": Decision.Effect.LIMIT_ACCOUNT, "unsuspend": Decision.Effect.SUSPEND_ACCOUNT}
RULE = "The terms of service of this network."


def act_on_account(*, account_id: int, moderator_id: int, action: str, facts: str) -> Decision:
    """Decide the account's open case, or open one, with `facts` as the moderator's statement of reasons.

    Raises NotAllowed without the role, NotFound, and Problem for an action that there is not or without a statement.
    """
    require_permission(account_id=moderator_id, permission="decide_case")
    if action not in EFFECTS:
        raise Problem(f"type is one of {', '.join(EFFECTS)}; statuses are withheld in the console.", field="type")
    if not facts.strip():
        raise Problem("text: a decision states the facts that it rests on; the person is sent it.", field="text")
    with transaction.atomic():
        if not Account.objects.select_for_update(no_key=True).filter(pk=account_id, is_active=True).exists():
            raise NotFound("Record not found")
        case, opened = Case.objects.get_or_create(account_id=account_id, state=Case.State.OPEN)
        return decide(
            case_id=case.pk,
            moderator_id=moderator_id,
            effect=EFFECTS[action],
            statement=Statement(
                ground=Decision.Ground.TERMS,
                category=Decision.Category.OTHER,
                rule=RULE,
                facts=facts,
                content_type=Decision.ContentType.ACCOUNT,
                content_date=dt.datetime.now(dt.UTC).date(),
                source=Decision.Source.OWN_INITIATIVE if opened else Decision.Source.NOTICE,
                automated_detection=False,
            ),
        )


def lift_from_account(*, account_id: int, moderator_id: int, lift: str, reason: str) -> None:
    """Undo the decision that limits or suspends an account.

    Raises NotAllowed without the role, Conflict when no such decision is in force.
    """
    decision = in_force(account_id=account_id, effect=LIFTS[lift])
    if decision is None:
        raise Conflict("No decision of this kind is in force on the account.", code="not_in_force", status=403)
    undo(decision_id=decision.pk, moderator_id=moderator_id, reason=reason or "Lifted by a moderator.")
