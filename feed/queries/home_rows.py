"""What stands in a home timeline by PostgreSQL alone: for rebuilding it, and for pages that reach beyond what Redis holds.

The rules of `visibility` are asked of candidates only: what those whom the reader follows have posted, and what has a
hashtag that the reader follows, newest first, a span of time after the other. Asked of all statuses, newest first, they
would be asked of half a million for one timeline of 800 in a world of a million.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import lru_cache

from django.utils import timezone

from common.ids import smallest_id_at
from common.pagination import LARGEST_ID
from common.prepared import VIEWER, among, compiled, rows_of
from feed.models import Status
from feed.queries.visibility import in_home_of, reply_belongs_in_home_of

FIRST_SPAN = timedelta(days=1)
GROWTH = 4
# Longer than any network is old.
LONGEST_SPAN = timedelta(days=40 * 365)
# `offset 0` keeps each author's statuses a walk along an index, whatever the planner thinks of all of them together.
CANDIDATES = """
select id from (
    select s.id from (
        select target_id from feed_follow where source_id = $1::bigint and not pending union all select $1::bigint
    ) author(id) cross join lateral (
        select id from feed_status
        where account_id = author.id and deleted_at is null and id < $2::bigint and id >= $3::bigint
        offset 0
    ) s
    union
    select s.status_id from feed_tagfollow f cross join lateral (
        select status_id from feed_statustag where name = f.name and status_id < $2::bigint and status_id >= $3::bigint offset 0
    ) s where f.account_id = $1::bigint
) candidate order by id desc limit $4::bigint
"""


def newest_in_home(account_id: int, *, limit: int, below: int | None = None, above: int | None = None) -> list[int]:
    """Ids of the newest statuses of a home timeline, newest first, with ids below and above the bounds."""
    found: list[int] = []
    # About half of what the followed post are replies to strangers.
    at_once = 2 * limit + 40
    bounds = LARGEST_ID if below is None else below, 0 if above is None else above + 1
    for candidates in _candidates(account_id, *bounds, at_once=at_once):
        found += _those_in_home(account_id, candidates)
        if len(found) >= limit:
            break
    return found[:limit]


def _candidates(account_id: int, below: int, at_least: int, *, at_once: int) -> Iterator[list[int]]:
    span = FIRST_SPAN
    now = timezone.now()
    while below > at_least:
        # A page far back begins its spans where it begins.
        start = min(below, smallest_id_at(now))
        whole = span >= LONGEST_SPAN
        least = at_least if whole else max(at_least, start - _distance(span))
        while True:
            ids = [pk for (pk,) in rows_of(CANDIDATES, [account_id, below, least, at_once])]
            if ids:
                yield ids
            if len(ids) < at_once:
                break
            below = ids[-1]
        below, span = least, min(span * GROWTH, LONGEST_SPAN)


def _distance(span: timedelta) -> int:
    """Between the ids of two rows of which one was made so long after the other."""
    return int(span.total_seconds() * 1000) << 16


def _those_in_home(account_id: int, candidates: Sequence[int]) -> list[int]:
    return [pk for (pk,) in rows_of(_statement(), [list(candidates), account_id])]


@lru_cache
def _statement() -> str:
    named = among('"feed_status"."id"', "$1::bigint[]")
    rows = Status.objects.filter(named, in_home_of(VIEWER), reply_belongs_in_home_of(VIEWER)).order_by("-pk")
    return compiled(rows.values_list("pk"), {VIEWER: "$2::bigint"})
