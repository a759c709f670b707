"""How large the network is."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db.models import Count, Q, Sum
from django.utils import timezone

from feed.models import Profile

KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Numbers:
    """Open accounts, their statuses, and accounts that read within thirty days."""

    accounts: int
    statuses: int
    active_month: int


def network_numbers() -> Numbers:
    """At most a minute old, since everybody may ask."""
    kept = cache.get("network_numbers")
    if not isinstance(kept, list):
        month = Q(last_active_at__gt=timezone.now() - timedelta(days=30))
        found = Profile.objects.filter(account__is_active=True).aggregate(
            accounts=Count("pk"), statuses=Sum("statuses_count"), active=Count("pk", filter=month)
        )
        kept = [found["accounts"], found["statuses"] or 0, found["active"]]
        cache.set("network_numbers", kept, KEPT_SECONDS)
    return Numbers(*kept)
