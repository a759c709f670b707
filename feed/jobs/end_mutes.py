"""Ends mutes whose time is over. Reads leave them out already; here the rows go, and what was hidden comes back."""

from django.utils import timezone

from feed.models import Mute
from feed.queries import home_store

MUTES_IN_A_SWEEP = 1000


def end_mutes() -> int:
    """Delete mutes past their time and let those home timelines be rebuilt; gives their number. Safe to run twice.

    The timelines go first: whoever dies between the two finds the rows again.
    """
    over = Mute.objects.filter(expires_at__lte=timezone.now()).order_by("expires_at")
    rows = list(over.values_list("pk", "source_id")[:MUTES_IN_A_SWEEP])
    for account_id in {source_id for _, source_id in rows}:
        home_store.drop(account_id)
    Mute.objects.filter(pk__in=[pk for pk, _ in rows], expires_at__lte=timezone.now()).delete()
    return len(rows)
