"""One account's home timeline: ids from Redis, rows and the right to see them from PostgreSQL."""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from redis.exceptions import RedisError

from common.pagination import Page
from feed.models import Follow, Profile, Status
from feed.queries import home_store
from feed.queries.home_rows import newest_in_home
from feed.queries.statuses import with_everything
from feed.queries.visibility import in_home_of, reply_belongs_in_home_of

log = structlog.get_logger(__name__)

ACTIVITY_NOTED_EVERY = timedelta(hours=1)
MOST_ROUNDS = 4
MOST_REBUILDS = 3


def home_timeline(*, account_id: int, page: Page) -> list[Status]:
    """A page of the home timeline, newest first.

    Redis only proposes ids: what was deleted, withheld or is no longer followed is left out here, and a timeline that
    Redis has not is rebuilt first. Without any Redis the page comes from PostgreSQL.
    """
    note_reading([account_id])
    try:
        return _from_redis(account_id, page)
    except RedisError:
        log.warning("home_timeline_without_redis")
        return _from_postgresql(account_id, page)


def rebuild(account_id: int) -> None:
    """Write the timeline into Redis from PostgreSQL, losing nothing that is posted meanwhile.

    Where it is dropped again and again meanwhile, none is left, and the reader is served from PostgreSQL.
    """
    for _ in range(MOST_REBUILDS):
        building = home_store.begin(account_id)
        if not building:
            return
        newest = newest_in_home(account_id, limit=settings.HOME_TIMELINE_LENGTH)
        if home_store.complete(account_id, newest, building=building):
            return


def _from_postgresql(account_id: int, page: Page) -> list[Status]:
    if page.min_id is not None:
        rows = Status.objects.filter(in_home_of(account_id), reply_belongs_in_home_of(account_id))
        return page.of_rows(with_everything(rows))
    ids = newest_in_home(account_id, limit=page.limit, below=page.max_id, above=page.since_id)
    return list(with_everything(Status.objects.filter(pk__in=ids)).order_by("-pk"))


def _from_redis(account_id: int, page: Page) -> list[Status]:
    found: list[Status] = []
    rest = page
    for _ in range(MOST_ROUNDS):
        ids, may_hold_more = _ids(account_id, rest)
        rows = with_everything(Status.objects.filter(in_home_of(account_id), pk__in=ids)) if ids else ()
        shown = sorted(rows, key=lambda row: row.pk, reverse=True)
        found = shown + found if page.min_id is not None else found + shown
        if len(found) >= page.limit or not may_hold_more:
            break
        # Some proposals were no longer to be shown: ask for as many more, beyond those.
        missing = page.limit - len(found)
        if page.min_id is not None:
            rest = Page(limit=missing, max_id=page.max_id, min_id=max(ids))
        else:
            rest = Page(limit=missing, max_id=min(ids), since_id=page.since_id)
    return found[: page.limit]


def _ids(account_id: int, page: Page) -> tuple[list[int], bool]:
    """Ids for a page, and whether a further page may hold some."""
    oldest_first = page.min_id is not None
    newer_than = page.min_id if page.min_id is not None else page.since_id
    bounds = {"newer_than": newer_than, "older_than": page.max_id}
    kept = home_store.read(account_id, limit=page.limit, oldest_first=oldest_first, **bounds)
    if kept is None:
        rebuild(account_id)
        kept = home_store.read(account_id, limit=page.limit, oldest_first=oldest_first, **bounds) or ([], True)
    ids, is_full = kept
    if is_full and len(ids) < page.limit and not oldest_first:
        older = newest_in_home(account_id, limit=page.limit, below=page.max_id, above=page.since_id)
        return older, len(older) == page.limit
    merged = {*ids, *(row.pk for row in page.of_rows(_merged_at_read(account_id)))}
    chosen = sorted(merged, reverse=not oldest_first)[: page.limit]
    return chosen, len(chosen) == page.limit


def _merged_at_read(account_id: int) -> QuerySet[Status]:
    """Statuses by authors with too many followers to write to each."""
    followed = Follow.objects.filter(source_id=account_id, pending=False).values("target_id")
    return Status.objects.filter(
        reply_belongs_in_home_of(account_id), merged_at_read=True, account_id__in=followed
    ).only("pk")


def note_reading(account_ids: Sequence[int]) -> None:
    """Remember, once an hour, that these accounts read their home timeline: the fan-out writes to those who do."""
    now = timezone.now()
    quiet = Profile.objects.filter(pk__in=account_ids).exclude(last_active_at__gt=now - ACTIVITY_NOTED_EVERY)
    ids = list(quiet.values_list("pk", flat=True))
    if not ids:
        return
    Profile.objects.filter(pk__in=ids).update(last_active_at=now)
    try:
        for account_id in ids:
            home_store.keep(account_id)
    except RedisError:
        log.warning("home_timeline_not_kept")
