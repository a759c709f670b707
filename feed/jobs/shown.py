"""Says that what is shown of a status or an account has changed, so that what was kept of it is made anew.

What is kept carries the version of the row that it was made from, and every read compares the two
(docs/decisions/0050-rendered-statuses.md). So a change of the row itself, such as a counter's, needs no word; what
lies in other rows (media, a card) makes a new version of the status. Called in the transaction of the change it holds
from the commit on; called after the commit it holds from then on.
"""

from collections.abc import Iterable

from django.db.models import F

from feed.models import Profile, Status


def forget_statuses(status_ids: Iterable[int]) -> None:
    """The JSON that all see of these statuses is stale."""
    Status.objects.filter(pk__in=set(status_ids)).update(language=F("language"))


def forget_accounts(account_ids: Iterable[int]) -> None:
    """The JSON of these accounts is stale."""
    Profile.objects.filter(pk__in=set(account_ids)).update(locked=F("locked"))
