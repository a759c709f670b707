"""Who has been held back by an account's policy: one request for each sender, made of the notices themselves."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet

from common.pagination import Page
from common.problems import NotFound
from feed.models import Notice, NotificationPolicy, Profile, Status
from feed.queries.notices import to_be_shown
from feed.queries.relationships import profiles_by_id
from feed.queries.statuses import with_everything
from feed.queries.visibility import visible_to

MOST_COUNTED = 100


@dataclass
class Request:
    """What is held back of one sender, whose account id is the request's id too."""

    profile: Profile
    count: int
    created_at: datetime
    updated_at: datetime
    last_status: Status | None = None


@dataclass(frozen=True)
class Summary:
    """How much is held back, counted up to a hundred."""

    requests: int
    notices: int


def filtered_of(account_id: int) -> QuerySet[Notice]:
    """What the policy holds back."""
    return Notice.objects.filter(account_id=account_id, filtered=True, from_account__isnull=False)


def requests_of(*, account_id: int, page: Page) -> tuple[list[Request], list[int]]:
    """A page by the senders' account ids, the newest account first, and the ids that the next page begins at."""
    rows = filtered_of(account_id).filter(to_be_shown(account_id))
    if page.max_id is not None:
        rows = rows.filter(from_account_id__lt=page.max_id)
    if page.since_id is not None:
        rows = rows.filter(from_account_id__gt=page.since_id)
    if page.min_id is not None:
        rows = rows.filter(from_account_id__gt=page.min_id)
    order = "from_account_id" if page.min_id is not None else "-from_account_id"
    found = _gathered(account_id, rows, order, page.limit)
    if page.min_id is not None:
        found.reverse()
    return found, [one.profile.pk for one in found]


def request_of(*, account_id: int, sender_id: int) -> Request:
    """One. Raises NotFound."""
    rows = filtered_of(account_id).filter(to_be_shown(account_id), from_account_id=sender_id)
    found = _gathered(account_id, rows, "from_account_id", 1)
    if not found:
        raise NotFound("Record not found")
    return found[0]


def policy_of(account_id: int) -> NotificationPolicy:
    """What the account has set, or what it begins with."""
    return NotificationPolicy.objects.filter(pk=account_id).first() or NotificationPolicy(account_id=account_id)


def summary_of(account_id: int) -> Summary:
    """Requests and notices that wait."""
    rows = filtered_of(account_id).order_by("-pk")[:MOST_COUNTED]
    counted = Notice.objects.filter(pk__in=rows.values("pk")).aggregate(
        requests=Count("from_account_id", distinct=True), notices=Count("pk")
    )
    return Summary(counted["requests"], counted["notices"])


def _gathered(account_id: int, rows: QuerySet[Notice], order: str, limit: int) -> list[Request]:
    grouped = rows.values("from_account_id").annotate(
        number=Count("pk"),
        first=Min("created_at"),
        last=Max("created_at"),
        status=Max("status_id", filter=Q(status_id__isnull=False)),
    )
    found = list(grouped.order_by(order)[:limit])
    profiles = profiles_by_id(one["from_account_id"] for one in found)
    statuses = with_everything(Status.objects.filter(visible_to(account_id), pk__in=[one["status"] for one in found]))
    shown = {status.pk: status for status in statuses}
    return [
        Request(
            profile=profiles[one["from_account_id"]],
            count=one["number"],
            created_at=one["first"],
            updated_at=one["last"],
            last_status=shown.get(one["status"]),
        )
        for one in found
        if one["from_account_id"] in profiles
    ]
