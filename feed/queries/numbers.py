"""How large the network is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils import timezone

from feed.models import Profile, Status

KEPT_SECONDS = 60
KEPT_ACTIVITY_SECONDS = 3600


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


@dataclass(frozen=True, slots=True)
class Week:
    """What happened in seven days from `begins_at` (seconds since 1970, a Monday's midnight in UTC).

    `seen` are accounts that were last active in that week; who came back later counts there.
    """

    begins_at: int
    statuses: int
    seen: int
    registrations: int


def weekly_activity(weeks: int = 12) -> list[Week]:
    """The present week and those before it, at most an hour old."""
    kept = cache.get("weekly_activity")
    if not isinstance(kept, list):
        now = timezone.now()
        monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
        starts = [monday - timedelta(weeks=back) for back in range(weeks)]
        posted = _by_week(Status.objects.filter(deleted_at=None), "created_at", starts[-1])
        seen = _by_week(Profile.objects.all(), "last_active_at", starts[-1])
        joined = _by_week(Profile.objects.all(), "account__date_joined", starts[-1])
        kept = [
            [int(start.timestamp()), *(counts.get(start, 0) for counts in (posted, seen, joined))] for start in starts
        ]
        cache.set("weekly_activity", kept, KEPT_ACTIVITY_SECONDS)
    return [Week(*one) for one in kept]


def _by_week(rows: QuerySet[Any], field: str, since: datetime) -> dict[datetime, int]:
    by_week = rows.filter(**{f"{field}__gte": since}).annotate(week=TruncWeek(field)).order_by("week")
    return dict(by_week.values_list("week").annotate(number=Count("pk")))
