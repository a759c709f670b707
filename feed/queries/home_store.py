"""Home timelines as Redis holds them: for each reader a sorted set of status ids, newest 800.

All members have the score 0 and are ids of 19 digits, so that Redis sorts them by their text: a score is a double and
would round ids of 63 bits. The member `~ready` sorts behind every id and says that the set is complete.
A set is only ever added to where it exists, so a reader without one finds none and has it rebuilt, never a part of it.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from redis.exceptions import NoScriptError

from common.redis import client

READY = b"~ready"
BUILDING = b"~building"
MARKS = 2
NEWEST = 10**19 - 1
WRITES_IN_A_ROUND_TRIP = 500

ADD = """
if redis.call('exists', KEYS[1]) == 0 then return 0 end
redis.call('zadd', KEYS[1], 0, ARGV[1])
redis.call('zremrangebyrank', KEYS[1], 0, -(tonumber(ARGV[2]) + 1))
return 1
"""


def key_of(account_id: int) -> str:
    """The Redis key of one account's home timeline."""
    return f"home:{account_id}"


def member_of(status_id: int) -> str:
    """An id as a member that sorts by its text as it does by its number."""
    return f"{status_id:019d}"


def lifetime() -> timedelta:
    """How long a timeline is kept for somebody who does not read it."""
    return timedelta(days=settings.HOME_TIMELINE_DAYS)


def _most_members() -> int:
    return int(settings.HOME_TIMELINE_LENGTH) + MARKS


def add(*, status_id: int, account_ids: Iterable[int]) -> None:
    """Put a status into the timelines that exist, in round trips of 500; one that has it already stays as it is."""
    ids = list(account_ids)
    for start in range(0, len(ids), WRITES_IN_A_ROUND_TRIP):
        chunk = ids[start : start + WRITES_IN_A_ROUND_TRIP]
        try:
            _add_chunk(status_id, chunk)
        except NoScriptError:
            # Redis was restarted or flushed since the script was loaded.
            client().script_load(ADD)
            _add_chunk(status_id, chunk)


def _add_chunk(status_id: int, account_ids: list[int]) -> None:
    digest = str(client().register_script(ADD).sha)
    pipeline = client().pipeline(transaction=False)
    for account_id in account_ids:
        pipeline.evalsha(digest, 1, key_of(account_id), member_of(status_id), str(_most_members()))
    pipeline.execute()


def begin(account_id: int) -> None:
    """Make the timeline exist, not yet complete: what is posted from now on is added by the fan-out."""
    pipeline = client().pipeline(transaction=True)
    pipeline.delete(key_of(account_id))
    pipeline.zadd(key_of(account_id), {BUILDING: 0})
    pipeline.expire(key_of(account_id), lifetime())
    pipeline.execute()


def complete(account_id: int, status_ids: Iterable[int]) -> None:
    """Add what was posted before `begin` and mark the timeline complete, unless it was dropped meanwhile."""
    members = {member_of(status_id).encode(): 0 for status_id in status_ids}
    complete_script = client().register_script(
        "if redis.call('exists', KEYS[1]) == 0 then return 0 end "
        "for place = 2, #ARGV do redis.call('zadd', KEYS[1], 0, ARGV[place]) end "
        "redis.call('zremrangebyrank', KEYS[1], 0, -(tonumber(ARGV[1]) + 1)) return 1"
    )
    complete_script(keys=[key_of(account_id)], args=[_most_members(), READY, *members])


def drop(account_id: int) -> None:
    """Forget a timeline; the next read rebuilds it."""
    client().delete(key_of(account_id))


def keep(account_id: int) -> None:
    """Somebody still reads this timeline."""
    client().expire(key_of(account_id), lifetime())


def read(
    account_id: int, *, limit: int, newer_than: int | None, older_than: int | None, oldest_first: bool
) -> tuple[list[int], bool] | None:
    """Up to `limit` ids between the bounds, and whether the timeline is full (so older ones are in PostgreSQL alone).

    None when there is no complete timeline. `oldest_first` takes those just above `newer_than`.
    """
    low = f"({member_of(newer_than)}" if newer_than is not None and newer_than >= 0 else "-"
    high = f"({member_of(max(0, older_than))}" if older_than is not None else f"[{NEWEST}"
    pipeline = client().pipeline(transaction=False)
    pipeline.zscore(key_of(account_id), READY)
    pipeline.zcard(key_of(account_id))
    if oldest_first:
        pipeline.zrangebylex(key_of(account_id), low, high, start=0, num=limit)
    else:
        pipeline.zrevrangebylex(key_of(account_id), high, low, start=0, num=limit)
    ready, size, members = pipeline.execute()
    if ready is None:
        return None
    return [int(member) for member in members], size >= _most_members()
