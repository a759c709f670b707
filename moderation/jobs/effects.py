"""Makes the feed show what the decisions in force say. The decisions are the truth; this only carries them out."""

from typing import Any

from django.db.models import QuerySet

from feed.operations.restrictions import restore_status, restrict_account, withhold_status
from identity.operations.referees import report_bad_record, retract_bad_record
from identity.operations.reverification import require_reverification, waive_reverification
from moderation.models import Decision

Effect = Decision.Effect
# Whose account is suspended is no referee: reviewers look at those for whom they gave their word.
SUSPENDED = "The account was suspended by a moderator's decision."


def in_force(account_id: int) -> QuerySet[Decision]:
    """The decisions on an account that nobody has undone and that have not ended."""
    return Decision.objects.filter(account_id=account_id, undo=None)


def carry_out(decision: Decision, notice: dict[str, Any]) -> None:
    """Let a decision take effect, inside its transaction; the author gets one notice of it."""
    match decision.effect:
        case Effect.WITHHOLD_STATUS:
            for position, status_id in enumerate(decision.status_ids):
                withhold_status(status_id=status_id, notice=None if position else notice)
        case Effect.LIMIT_ACCOUNT:
            _restrict_as_decided(decision.account_id, notice)
        case Effect.SUSPEND_ACCOUNT:
            report_bad_record(account_id=decision.account_id, reported_by=decision.moderator_id, reason=SUSPENDED)
            _restrict_as_decided(decision.account_id, notice)
        case Effect.REQUEST_REVERIFICATION:
            require_reverification(account_id=decision.account_id)
            _restrict_as_decided(decision.account_id, notice)


def take_back(decision: Decision, notice: dict[str, Any]) -> None:
    """Restore what an undone decision took, except what another one in force still takes. Inside the undo's transaction."""
    others = in_force(decision.account_id).filter(effect=decision.effect)
    match decision.effect:
        case Effect.WITHHOLD_STATUS:
            withheld = {status_id for other in others for status_id in other.status_ids}
            for status_id in decision.status_ids:
                if status_id not in withheld:
                    restore_status(status_id=status_id, notice=None)
            _restrict_as_decided(decision.account_id, notice)
        case Effect.LIMIT_ACCOUNT:
            _restrict_as_decided(decision.account_id, notice)
        case Effect.SUSPEND_ACCOUNT:
            if not others.exists():
                retract_bad_record(account_id=decision.account_id, reason=SUSPENDED)
            _restrict_as_decided(decision.account_id, notice)
        case Effect.REQUEST_REVERIFICATION:
            if not others.exists():
                waive_reverification(account_id=decision.account_id)
            _restrict_as_decided(decision.account_id, notice)


def _restrict_as_decided(account_id: int, notice: dict[str, Any]) -> None:
    """Set the strictest restriction that a decision in force asks for, by feed's name of it, and tell the author."""
    effects = set(in_force(account_id).values_list("effect", flat=True))
    restriction = ""
    if Effect.SUSPEND_ACCOUNT in effects:
        restriction = "suspended"
    elif Effect.LIMIT_ACCOUNT in effects:
        restriction = "limited"
    restrict_account(account_id=account_id, restriction=restriction, notice=notice)
