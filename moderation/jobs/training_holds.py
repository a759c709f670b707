"""Keeps out of training what is reported and not decided upon, and whoever is likely run by a program.

Feed holds, moderation decides: reports, decisions and scores set the holds in their own transactions. The sweep makes
right what was there before there were holds, and what another threshold changes.
"""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from feed.operations.training import settle_training_holds
from feed.queries.training_holds import held_accounts
from identity.models import Account
from moderation.models import Case
from moderation.queries.bot_scores import accounts_scored_from, newest_bot_score

OPEN_CASE = "open_case"
BOT_SCORE = "bot_score"


def hold_by_score(scores: Mapping[int, float]) -> None:
    """Hold those whose newest score is at `settings.TRAINING_BOT_SCORE` or above, and release the others.

    Call it with the accounts locked, in the transaction that appends the scores.
    """
    high = {account_id for account_id, score in scores.items() if score >= settings.TRAINING_BOT_SCORE}
    settle_training_holds(reason=BOT_SCORE, held=high, among=scores.keys())


def settle_all() -> int:
    """Let the holds be what cases and scores say; gives how many changed. Safe to run twice."""
    reported = set(Case.objects.filter(state=Case.State.OPEN).values_list("account_id", flat=True))
    likely = accounts_scored_from(settings.TRAINING_BOT_SCORE)
    return sum(_settle(one, OPEN_CASE) for one in sorted(reported ^ held_accounts(OPEN_CASE))) + sum(
        _settle(one, BOT_SCORE) for one in sorted(likely ^ held_accounts(BOT_SCORE))
    )


def _settle(account_id: int, reason: str) -> int:
    # Under the account's lock, which reports, decisions and scores take first: what was read above may have changed.
    with transaction.atomic():
        if not Account.objects.select_for_update(no_key=True).filter(pk=account_id).exists():
            return 0
        if reason == OPEN_CASE:
            held = Case.objects.filter(account_id=account_id, state=Case.State.OPEN).exists()
        else:
            score = newest_bot_score(account_id)
            held = score is not None and score.score >= settings.TRAINING_BOT_SCORE
        return settle_training_holds(reason=reason, held=[account_id] if held else [], among=[account_id])
