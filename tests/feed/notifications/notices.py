"""What the tests of notifications ask and do."""

import datetime as dt
from typing import Any

from django.utils import timezone

from feed.operations.favourites import favourite
from identity.models import Account
from tests.feed.calling import Someone

V1, V2 = "/api/v1/notifications", "/api/v2/notifications"


def kinds(who: Someone, **asked: Any) -> list[str]:
    """The types on the first page."""
    return [one["type"] for one in who.get(V1, **asked)]


def all_favour(status_id: int, *people: Someone) -> None:
    """Each favourites the status."""
    for one in people:
        favourite(account_id=one.id, status_id=status_id)


def older(account: Someone, days: int = 60) -> None:
    """The account, as if it had been made then."""
    Account.objects.filter(pk=account.id).update(date_joined=timezone.now() - dt.timedelta(days=days))
