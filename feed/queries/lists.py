"""Lists: who is on them, and their timelines."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Exists, OuterRef

from common.pagination import Page
from common.problems import NotFound
from feed.models import List, ListMember, Profile, Status
from feed.queries.relationships import profiles_by_id
from feed.queries.statuses import with_everything
from feed.queries.visibility import in_list

MOST_ROUNDS = 4
# The newest of each member by the index of their statuses, then the newest of all: what it costs grows with the members
# and not with what was ever posted.
NEWEST_OF_EACH = """
select s.id from feed_listmember m cross join lateral (
    select id from feed_status s
    where s.account_id = m.account_id and s.deleted_at is null and s.withheld_at is null and s.visibility <> 'direct'
        and s.id < %(below)s and s.id > %(above)s
        and (s.in_reply_to_account_id is null or s.in_reply_to_account_id in (s.account_id, %(owner)s) or {replies})
    order by s.id {direction} limit %(limit)s
) s where m.list_id = %(list)s order by s.id {direction} limit %(limit)s
"""
REPLIES = {
    List.Replies.NONE: "false",
    List.Replies.LIST: "exists (select from feed_listmember o where o.list_id = m.list_id "
    "and o.account_id = s.in_reply_to_account_id)",
    List.Replies.FOLLOWED: "exists (select from feed_follow f where f.source_id = %(owner)s "
    "and f.target_id = s.in_reply_to_account_id and not f.pending)",
}


def lists_of(account_id: int) -> list[List]:
    """An account's lists, oldest first."""
    return list(List.objects.filter(account_id=account_id).order_by("pk"))


def list_of(*, account_id: int, list_id: int) -> List:
    """One's own list. Raises NotFound."""
    found = List.objects.filter(account_id=account_id, pk=list_id).first()
    if found is None:
        raise NotFound("Record not found")
    return found


def lists_with(*, account_id: int, member_id: int) -> list[List]:
    """One's own lists that an account is on."""
    return list(List.objects.filter(account_id=account_id, members__account_id=member_id).order_by("pk"))


def members_of(*, list_id: int, page: Page | None) -> tuple[list[Profile], list[int]]:
    """A page of a list's members, last added first, and the ids that the next page begins at; without a page all."""
    rows = ListMember.objects.filter(list_id=list_id, account__is_active=True)
    found = list(rows.order_by("-pk")) if page is None else page.of_rows(rows)
    profiles = profiles_by_id([row.account_id for row in found])
    return [profiles[row.account_id] for row in found if row.account_id in profiles], [row.pk for row in found]


def list_timeline(found: List, page: Page) -> list[Status]:
    """A page of what a list's members post, merged when it is read."""
    shown: list[Status] = []
    rest = page
    for _ in range(MOST_ROUNDS):
        ids = _newest(found, rest)
        allowed = Status.objects.filter(in_list(found.pk, found.account_id, found.replies_policy), pk__in=ids)
        rows = sorted(with_everything(allowed), key=lambda row: row.pk, reverse=True) if ids else []
        shown = rows + shown if page.min_id is not None else shown + rows
        if len(ids) < rest.limit or len(shown) >= page.limit:
            break
        # What those who are not to see it lost: as many more, beyond it.
        missing = page.limit - len(shown)
        if page.min_id is not None:
            rest = Page(limit=missing, max_id=page.max_id, min_id=max(ids))
        else:
            rest = Page(limit=missing, max_id=min(ids), since_id=page.since_id)
    return shown[-page.limit :] if page.min_id is not None else shown[: page.limit]


def lists_that_have(status_id: int, list_ids: Iterable[int]) -> set[int]:
    """Those of `list_ids` in whose timeline the status may stand, in one query for each way to take replies."""
    lists = List.objects.filter(pk__in=list(list_ids), account__is_active=True)
    found: set[int] = set()
    for policy in {one.replies_policy for one in lists}:
        shown = Status.objects.filter(in_list(OuterRef("pk"), OuterRef("account_id"), policy), pk=status_id)
        found |= set(lists.filter(Exists(shown), replies_policy=policy).values_list("pk", flat=True))
    return found


def _newest(found: List, page: Page) -> Sequence[int]:
    oldest_first = page.min_id is not None
    above = page.min_id if page.min_id is not None else page.since_id
    query = NEWEST_OF_EACH.format(
        replies=REPLIES[List.Replies(found.replies_policy)], direction="asc" if oldest_first else "desc"
    )
    values = {
        "list": found.pk,
        "owner": found.account_id,
        "limit": page.limit,
        "below": page.max_id if page.max_id is not None else (1 << 63) - 1,
        "above": above if above is not None else -1,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]
