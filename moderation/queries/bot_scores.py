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


def accounts_scored_from(least: float) -> set[int]:
    """The accounts whose score in force is `least` or above, from 0 to 1."""
    newest = BotScore.objects.order_by("account_id", "-pk").distinct("account_id").values("pk")
    high = BotScore.objects.filter(pk__in=newest, score__gte=least)
    return set(high.values_list("account_id", flat=True))
