"""Statuses, loaded with all that rendering them needs in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Prefetch, QuerySet

from common.pagination import Page
from common.problems import NotAllowed, NotFound
from feed.models import Block, Mention, Status
from feed.queries.sight import those_visible
from feed.queries.visibility import in_public_timeline, wanted_by

MOST_ANCESTORS = 40
MOST_DESCENDANTS = 60
DEEPEST_DESCENDANT = 20


def with_everything(statuses: QuerySet[Status]) -> QuerySet[Status]:
    """All that is shown of statuses, of what they reblog and of what either quotes: a constant number of queries."""
    quoted = Prefetch("quote_of", queryset=with_its_own(Status.objects.all()))
    reblogged = Prefetch("reblog_of", queryset=with_its_own(Status.objects.all()).prefetch_related(quoted))
    return with_its_own(statuses).prefetch_related(quoted, reblogged)


def with_its_own(statuses: QuerySet[Status]) -> QuerySet[Status]:
    """The same without what a status reblogs or quotes."""
    mentions = Prefetch("mentions", queryset=Mention.objects.select_related("account").order_by("pk"))
    return statuses.select_related("account__profile", "card", "poll").prefetch_related("media", mentions)


def status_for(*, status_id: int, viewer_id: int | None) -> Status:
    """One status. Raises NotFound also for one that exists and that the viewer may not know of."""
    if not those_visible([status_id], viewer_id=viewer_id):
        raise NotFound("Record not found")
    status = with_everything(Status.objects.filter(pk=status_id, deleted_at=None)).first()
    if status is None:
        raise NotFound("Record not found")
    return status


def status_for_moderation(status_id: int) -> Status:
    """One status whatever became of it, for those who judge it. Raises NotFound."""
    status = with_everything(Status.objects.filter(pk=status_id)).first()
    if status is None:
        raise NotFound("Record not found")
    return status


def statuses_for_moderation(status_ids: Iterable[int]) -> list[Status]:
    """Statuses whatever became of them, for those who judge them."""
    return list(with_everything(Status.objects.filter(pk__in=list(status_ids))))


def original_for(*, status_id: int, viewer_id: int | None) -> Status:
    """The status that a viewer acts on: for a reblog the one that it shows. Raises NotFound as `status_for` does."""
    if not those_visible([status_id], viewer_id=viewer_id):
        raise NotFound("Record not found")
    status = Status.objects.filter(pk=status_id, deleted_at=None).select_related("reblog_of").first()
    if status is None:
        raise NotFound("Record not found")
    return status if status.reblog_of is None else status.reblog_of


def target_for(*, status_id: int, account_id: int) -> Status:
    """The status that an account likes, reblogs or quotes, as `original_for`.

    Raises NotFound; NotAllowed where the account blocks the author, whose statuses it may still look at.
    """
    status = original_for(status_id=status_id, viewer_id=account_id)
    if Block.objects.filter(source_id=account_id, target_id=status.account_id).exists():
        raise NotAllowed("This action is not allowed")
    return status


def original_id(status_id: int) -> int:
    """The id of what a reblog shows; for anything else, its own."""
    return Status.objects.filter(pk=status_id).values_list("reblog_of_id", flat=True).first() or status_id


def statuses_among(*, status_ids: Sequence[int], viewer_id: int | None) -> list[Status]:
    """Those of `status_ids` that the viewer may see, in the order asked."""
    rows = with_everything(Status.objects.filter(pk__in=those_visible(status_ids, viewer_id=viewer_id)))
    found = {row.pk: row for row in rows}
    return [found[one] for one in dict.fromkeys(status_ids) if one in found]


def public_timeline(*, viewer_id: int | None, page: Page, with_media: bool = False) -> list[Status]:
    """A page of everybody's public statuses but replies, and but those of accounts that moderation has limited or that
    the viewer blocks, mutes or is blocked by.
    """
    rows = Status.objects.filter(in_public_timeline(), wanted_by(viewer_id))
    if with_media:
        rows = rows.filter(media__isnull=False).distinct()
    return page.of_rows(with_everything(rows))


@dataclass(frozen=True)
class Thread:
    """What a status answers, oldest first, and what answers it, depth first as far as bounds allow."""

    ancestors: list[Status]
    descendants: list[Status]


ANCESTORS = """
with recursive up(id, parent, depth) as (
    select id, in_reply_to_id, 0 from feed_status where id = %s
    union all
    select s.id, s.in_reply_to_id, up.depth + 1 from feed_status s join up on s.id = up.parent where up.depth < %s
) select id from up where depth > 0
"""
DESCENDANTS = """
with recursive down(id, depth, path) as (
    select id, 0, array[id] from feed_status where id = %s
    union all
    select s.id, down.depth + 1, down.path || s.id
    from feed_status s join down on s.in_reply_to_id = down.id where down.depth < %s
) select id from down where depth > 0 order by path limit %s
"""


def thread_of(*, status_id: int, viewer_id: int | None) -> Thread:
    """The conversation round a status, as far as the viewer may see it. Raises NotFound as `status_for` does."""
    status_for(status_id=status_id, viewer_id=viewer_id)
    with connection.cursor() as cursor:
        cursor.execute(ANCESTORS, [status_id, MOST_ANCESTORS])
        above = [row[0] for row in cursor.fetchall()]
        cursor.execute(DESCENDANTS, [status_id, DEEPEST_DESCENDANT, MOST_DESCENDANTS])
        below = [row[0] for row in cursor.fetchall()]
    shown = those_visible([*above, *below], viewer_id=viewer_id, wanted=True)
    rows = with_everything(Status.objects.filter(pk__in=shown))
    found = {row.pk: row for row in rows}
    return Thread(
        ancestors=[found[one] for one in reversed(above) if one in found],
        descendants=[found[one] for one in below if one in found],
    )
