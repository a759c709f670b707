"""A statement of reasons as the affected person reads it. The moderator's name is not in it."""

from typing import Any

from common.problems import NotFound
from moderation.models import Decision, Undo

VISIBILITY = {
    Decision.Effect.WITHHOLD_STATUS: "content withheld",
    Decision.Effect.LIMIT_ACCOUNT: "account made less visible",
}
ACCOUNT = {
    Decision.Effect.SUSPEND_ACCOUNT: "account suspended",
    Decision.Effect.REQUEST_REVERIFICATION: "new proof of personhood asked for",
}


def statement_of_reasons(decision: Decision) -> dict[str, Any]:
    """The decision under the fields of the EU Digital Services Act; ids are strings, dates ISO 8601."""
    undo = Undo.objects.filter(decision=decision).first()
    return {
        "id": str(decision.pk),
        "decided_at": decision.at.isoformat(),
        "effect": decision.effect,
        "visibility_effect": VISIBILITY.get(Decision.Effect(decision.effect)),
        "account_effect": ACCOUNT.get(Decision.Effect(decision.effect)),
        "status_ids": [str(status_id) for status_id in decision.status_ids],
        "ground": decision.ground,
        "category": decision.category,
        "rule": decision.rule,
        "facts": decision.facts,
        "content_type": decision.content_type,
        "content_date": decision.content_date.isoformat(),
        "source": decision.source,
        "automated_detection": decision.automated_detection,
        "automated_decision": decision.automated_decision,
        "scope": decision.scope,
        "end_date": decision.end_date.isoformat() if decision.end_date else None,
        "undone": {"at": undo.at.isoformat(), "reason": undo.reason} if undo else None,
    }


def decision_notice(decision: Decision) -> dict[str, Any]:
    """What the author is sent when a decision is made; clients show `text`."""
    return {
        "type": "decision",
        "decision_id": str(decision.pk),
        "effect": decision.effect,
        "text": f"{decision.get_effect_display().capitalize()}. {decision.rule} {decision.facts}",
        "statement": statement_of_reasons(decision),
    }


def undo_notice(undo: Undo) -> dict[str, Any]:
    """What the author is sent when a decision is taken back."""
    return {
        "type": "undo",
        "decision_id": str(undo.decision_id),
        "effect": Decision.Effect.NONE,
        "text": f"A decision on your account has been undone. {undo.reason}",
        "statement": statement_of_reasons(undo.decision),
    }


def own_decision(*, account_id: int, decision_id: int) -> Decision:
    """A decision on this account. Raises NotFound for anybody else's."""
    decision = Decision.objects.filter(account_id=account_id, pk=decision_id).first()
    if decision is None:
        raise NotFound("Record not found")
    return decision
