"""Notices by groups: pages of groups, one group, the accounts of a group."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, F, Max, Min, QuerySet, Value, When, Window
from django.db.models.fields import TextField
from django.db.models.functions import Cast, Concat, RowNumber

from common.pagination import LARGEST_ID, Page
from common.problems import NotFound
from feed.models import Notice, Profile
from feed.queries.notice_groups import GROUPED, UNGROUPED
from feed.queries.notices import Wanted, loaded, read_up_to, to_be_shown
from feed.queries.relationships import profiles_by_id

SAMPLES = 8


@dataclass
class Group:
    """Notices shown as one: the newest of them, how many there are, and the newest senders' account ids.

    `page_min_id` is the oldest of them on the page, where they stand on one.
    """

    key: str
    newest: Notice
    count: int = 1
    sender_ids: list[int] = field(default_factory=list)
    page_min_id: int | None = None


def groups_of(
    *, account_id: int, page: Page, wanted: Wanted, grouped: Collection[str]
) -> tuple[list[Group], list[int]]:
    """A page of groups, newest first by their newest notice on it, and the ids that its neighbours begin at."""
    rows = _keyed(wanted.rows_of(account_id), grouped)
    if page.max_id is not None:
        rows = rows.filter(pk__lt=page.max_id)
    above = max(page.since_id or 0, page.min_id or 0)
    by_key = rows.filter(pk__gt=above).values("key").annotate(newest=Max("pk"))
    ascending = page.min_id is not None
    found = list(by_key.order_by("newest" if ascending else "-newest").values_list("key", "newest")[: page.limit])
    if ascending:
        found.reverse()
    newest = {row.pk: row for row in _shown(account_id, [pk for _, pk in found])}
    groups = [Group(key=key, newest=newest[pk]) for key, pk in found if pk in newest]
    # A page that is not full reaches down to where it was asked to.
    lowest = found[-1][1] if len(found) == page.limit else above + 1
    _count(account_id, groups, wanted=wanted, lowest=lowest, below=page.max_id)
    return groups, [pk for _, pk in found]


def group_for(*, account_id: int, key: str) -> Group:
    """One group by its key; the key may also name a single notice. Raises NotFound."""
    rows = _of_key(account_id, key).filter(to_be_shown(account_id))
    newest = loaded(rows).order_by("-pk").first()
    if newest is None:
        raise NotFound("Record not found")
    group = Group(key=key, newest=newest)
    _count(account_id, [group], wanted=Wanted(filtered_too=newest.filtered), lowest=None, below=None)
    return group


def accounts_of_group(*, account_id: int, key: str, page: Page) -> tuple[list[Profile], list[int]]:
    """Who did it, newest first, a page by the notices' ids; and those ids. Raises NotFound for an unknown group."""
    rows = _of_key(account_id, key).filter(to_be_shown(account_id), from_account__isnull=False)
    if not rows.exists():
        raise NotFound("Record not found")
    found = page.of_rows(rows)
    profiles = profiles_by_id({row.from_account_id for row in found if row.from_account_id is not None})
    senders = dict.fromkeys(row.from_account_id for row in found)
    return [profiles[one] for one in senders if one in profiles], [row.pk for row in found]


def unread_groups(*, account_id: int, wanted: Wanted, grouped: Collection[str], limit: int) -> int:
    """Groups above the account's reading position, counted up to `limit`."""
    rows = wanted.rows_of(account_id).filter(to_be_shown(account_id), pk__gt=read_up_to(account_id))
    return int(_keyed(rows, grouped).values("key").distinct()[:limit].count())


def _keyed(rows: QuerySet[Notice], grouped: Collection[str]) -> "QuerySet[Any]":
    itself = Concat(Value(UNGROUPED), Cast("pk", TextField()), output_field=TextField())
    together = When(kind__in=[kind for kind in grouped if kind in GROUPED], group_key__gt="", then=F("group_key"))
    return rows.annotate(key=Case(together, default=itself, output_field=TextField()))


def _of_key(account_id: int, key: str) -> QuerySet[Notice]:
    rows = Notice.objects.filter(account_id=account_id)
    number = key.removeprefix(UNGROUPED)
    if not key.startswith(UNGROUPED):
        return rows.filter(group_key=key) if key else rows.none()
    if not (number.isascii() and number.isdigit()) or len(number) > 19 or int(number) > LARGEST_ID:
        return rows.none()
    return rows.filter(pk=int(number))


def _shown(account_id: int, notice_ids: list[int]) -> list[Notice]:
    return list(loaded(Notice.objects.filter(to_be_shown(account_id), account_id=account_id, pk__in=notice_ids)))


def _count(account_id: int, groups: list[Group], *, wanted: Wanted, lowest: int | None, below: int | None) -> None:
    """Fill in what the groups hold beside their newest notice, in two queries."""
    several = {group.key: group for group in groups if not group.key.startswith(UNGROUPED)}
    for group in groups:
        group.sender_ids = [group.newest.from_account_id or group.newest.account_id]
        group.page_min_id = group.newest.pk if lowest is not None else None
    if not several:
        return
    rows = Wanted(filtered_too=wanted.filtered_too).rows_of(account_id).filter(group_key__in=several)
    for key, number in rows.values_list("group_key").annotate(number=Count("pk")):
        several[key].count = number
    if lowest is not None:
        on_page = rows.filter(pk__gte=lowest, pk__lt=below if below is not None else LARGEST_ID)
        for key, smallest in on_page.values_list("group_key").annotate(smallest=Min("pk")):
            several[key].page_min_id = smallest
    place = Window(RowNumber(), partition_by=F("group_key"), order_by=F("pk").desc())
    newest_of_each = rows.filter(from_account__isnull=False).annotate(place=place).filter(place__lte=SAMPLES)
    samples: dict[str, list[int]] = {}
    for key, sender in newest_of_each.order_by("-pk").values_list("group_key", "from_account_id"):
        samples.setdefault(key, []).append(int(sender))
    for key, senders in samples.items():
        several[key].sender_ids = list(dict.fromkeys(senders))
