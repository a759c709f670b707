"""Of many accounts, those who may see one status: what is true of one viewer, asked for all of them at once."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from feed.models import Status
from feed.queries.visibility import in_home_of, reply_belongs_in_home_of, visible_to, wanted_by
from identity.models import Account

VIEWER = OuterRef("pk")


def who_may_see(status_id: int, account_ids: Collection[int]) -> set[int]:
    """Those of `account_ids` to whom `visible_to` shows the status, in one query."""
    return _those_for_whom(visible_to(VIEWER), status_id, account_ids)


def whose_timelines_may_have(status_id: int, account_ids: Collection[int]) -> set[int]:
    """Those of `account_ids` who may see the status and keep no distance from its author, in one query."""
    return _those_for_whom(visible_to(VIEWER) & wanted_by(VIEWER), status_id, account_ids)


def whose_home_has(status_id: int, account_ids: Collection[int]) -> set[int]:
    """Those of `account_ids` in whose home timeline the status may stand, in one query."""
    return _those_for_whom(in_home_of(VIEWER) & reply_belongs_in_home_of(VIEWER), status_id, account_ids)


def _those_for_whom(condition: Q, status_id: int, account_ids: Collection[int]) -> set[int]:
    shown = Exists(Status.objects.filter(condition, pk=status_id))
    return set(Account.objects.filter(shown, pk__in=account_ids).values_list("pk", flat=True))
