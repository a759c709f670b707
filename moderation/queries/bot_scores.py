"""Reads of bot likelihood."""

from collections.abc import Iterable

from moderation.models import BotScore


def newest_bot_score(account_id: int) -> BotScore | None:
    """The score in force, or None for an account that has done nothing yet."""
    return BotScore.objects.filter(account_id=account_id).order_by("-pk").first()


def newest_bot_scores(account_ids: Iterable[int]) -> dict[int, BotScore]:
    """The score in force of each account that has one, in one query."""
    newest = BotScore.objects.filter(account_id__in=list(account_ids)).order_by("account_id", "-pk")
    return {score.account_id: score for score in newest.distinct("account_id")}
