"""Deletes what moderation no longer has a reason to keep of a closed account. Reports and decisions stay, by law."""

from moderation.models import BotScore

AT_A_TIME = 5000


def forget_closed_accounts() -> int:
    """Delete the scores of closed accounts; gives their number. Safe to run twice."""
    ids = BotScore.objects.filter(account__closed_at__isnull=False).values_list("pk", flat=True)[:AT_A_TIME]
    deleted, _ = BotScore.objects.filter(pk__in=list(ids)).delete()
    return deleted
