"""Home timelines as Redis holds them: for each reader a sorted set of status ids, newest 800.

All members have the score 0 and are ids of 19 digits, so that Redis sorts them by their text: a score is a double and
would round ids of 63 bits. The member `~ready` sorts behind every id and says that the set is complete.
A set is only ever added to where it exists, so a reader without one finds none and has it rebuilt, never a part of it.
Every change of more than one step is a script, so that readers, fan-outs and rebuilds never meet halfway.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from redis.utils import str_if_bytes

from common.redis import client

READY = b"~ready"
# Followed by a token: which building of the timeline this is.
BUILDING = b"~building:"
MARKS = 2
KEY = "home:"
NEWEST = 10**19 - 1
# A script holds up everybody else: 500 timelines are written in about 2 ms.
TIMELINES_IN_A_SCRIPT = 500

ADD = """
local call, member, most, channels, message = redis.call, ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
for place, key in ipairs(KEYS) do
    local size = call('zcard', key)
    if size > 0 then
        call('zadd', key, 0, member)
        if size >= most then call('zremrangebyrank', key, 0, -(most + 1)) end
    end
    if message ~= '' then call('publish', channels .. ARGV[place + 4], message) end
end
"""
BEGIN = """
if redis.call('exists', KEYS[1]) == 1 then
    if redis.call('zscore', KEYS[1], ARGV[1]) then return '' end
    local marks = redis.call('zrangebylex', KEYS[1], '[' .. ARGV[2], '[' .. ARGV[2] .. '~')
    if #marks > 0 then return string.sub(marks[1], #ARGV[2] + 1) end
end
redis.call('del', KEYS[1])
redis.call('zadd', KEYS[1], 0, ARGV[2] .. ARGV[3])
redis.call('pexpire', KEYS[1], ARGV[4])
return ARGV[3]
"""
COMPLETE = """
if not redis.call('zscore', KEYS[1], ARGV[1]) then return 0 end
for place = 3, #ARGV do redis.call('zadd', KEYS[1], 0, ARGV[place]) end
redis.call('zremrangebyrank', KEYS[1], 0, -(tonumber(ARGV[2]) + 1))
return 1
"""


def key_of(account_id: int) -> str:
    """The Redis key of one account's home timeline."""
    return f"{KEY}{account_id}"


def member_of(status_id: int) -> str:
    """An id as a member that sorts by its text as it does by its number."""
    return f"{status_id:019d}"


def lifetime() -> timedelta:
    """How long a timeline is kept for somebody who does not read it."""
    return timedelta(days=settings.HOME_TIMELINE_DAYS)


def _most_members() -> int:
    return int(settings.HOME_TIMELINE_LENGTH) + MARKS


def add(*, status_id: int, account_ids: Iterable[int], channels: str = "", message: str = "") -> None:
    """Put a status into the timelines that exist, 500 in a command; one that has it already stays as it is.

    With a `message`, whoever listens at `channels` followed by the account's id is told it, timeline or none.
    """
    ids = list(account_ids)
    script = client().register_script(ADD)
    values = [member_of(status_id), str(_most_members()), channels, message]
    for start in range(0, len(ids), TIMELINES_IN_A_SCRIPT):
        chunk = [str(account_id) for account_id in ids[start : start + TIMELINES_IN_A_SCRIPT]]
        # Where Redis was restarted since, the client loads the script anew by itself.
        script(keys=[KEY + account_id for account_id in chunk], args=values + chunk)


def begin(account_id: int) -> str:
    """Make the timeline exist, not yet complete: what is posted from now on is added by the fan-out.

    Gives what `complete` wants; an empty text when the timeline is complete already. Two who begin at once build the
    same one: were it emptied for the second, the first would mark complete what has lost some.
    """
    script = client().register_script(BEGIN)
    lasting = int(lifetime().total_seconds() * 1000)
    given = script(keys=[key_of(account_id)], args=[READY, BUILDING, secrets.token_hex(8), lasting])
    return str(str_if_bytes(given))


def complete(account_id: int, status_ids: Iterable[int], *, building: str) -> bool:
    """Add what was posted before `begin` and mark the timeline complete.

    False, and nothing done, when it was dropped or lost meanwhile: what was read for one building may lack what was
    posted before the next one began.
    """
    members = [member_of(status_id) for status_id in status_ids]
    script = client().register_script(COMPLETE)
    mark = BUILDING + building.encode()
    return bool(script(keys=[key_of(account_id)], args=[mark, _most_members(), READY, *members]))


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
    pipeline = client().pipeline(transaction=False)
    begin_reading(
        pipeline, account_id, limit=limit, newer_than=newer_than, older_than=older_than, oldest_first=oldest_first
    )
    return what_was_read(*pipeline.execute())


def begin_reading(
    pipeline: Any, account_id: int, *, limit: int, newer_than: int | None, older_than: int | None, oldest_first: bool
) -> None:
    """Queue the three commands of `read` on somebody's pipeline; `what_was_read` makes sense of their answers."""
    low = f"({member_of(newer_than)}" if newer_than is not None and newer_than >= 0 else "-"
    high = f"({member_of(max(0, older_than))}" if older_than is not None else f"[{NEWEST}"
    pipeline.zscore(key_of(account_id), READY)
    pipeline.zcard(key_of(account_id))
    if oldest_first:
        pipeline.zrangebylex(key_of(account_id), low, high, start=0, num=limit)
    else:
        pipeline.zrevrangebylex(key_of(account_id), high, low, start=0, num=limit)


def what_was_read(ready: object, size: int, members: list[bytes]) -> tuple[list[int], bool] | None:
    """As `read` gives it."""
    if ready is None:
        return None
    return [int(member) for member in members], size >= _most_members()
