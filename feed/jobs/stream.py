"""What is told to the web processes, through Redis, for those who listen to a stream.

Nothing is kept: a message that nobody hears is gone, and a client finds what it missed by reading. So a Redis that does
not answer delays nothing here.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

import structlog
from redis.exceptions import RedisError
from redis.utils import str_if_bytes

from common.redis import client

log = structlog.get_logger(__name__)

MESSAGES_IN_A_ROUND_TRIP = 500


class Place(StrEnum):
    """Where in a client an event belongs; a stream carries the events of some places."""

    HOME = "home"
    NOTICES = "notices"
    DIRECT = "direct"
    PUBLIC = "public"
    TAG = "tag"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Message:
    """An event as Mastodon names it, and the id of the row it is about; `payload` where the event carries it whole."""

    event: str
    place: Place
    subject: int = 0
    payload: str | None = None

    def encoded(self) -> str:
        """As it goes through Redis."""
        return json.dumps(asdict(self))

    @classmethod
    def decoded(cls, data: bytes) -> "Message":
        """Raises ValueError, KeyError or TypeError for what `encoded` has not made."""
        values = json.loads(data)
        return cls(str(values["event"]), Place(values["place"]), int(values["subject"]), values.get("payload"))


def account_channel(account_id: int) -> str:
    """What concerns one account."""
    return f"{account_channels()}{account_id}"


def account_channels() -> str:
    """How the channel of every account begins; its id follows."""
    return f"{_prefix()}account:"


def tag_channel(tag: str) -> str:
    """Public statuses with a hashtag, in lower case."""
    return f"{_prefix()}tag:{tag}"


def public_channel() -> str:
    """All public statuses."""
    return f"{_prefix()}public"


def everyone_channel() -> str:
    """What concerns all who listen to their own account."""
    return f"{_prefix()}everyone"


def publish(messages: Iterable[tuple[str, Message]]) -> None:
    """Tell each channel its message, in round trips of 500; those who do not listen are told nothing."""
    waiting = list(messages)
    try:
        for start in range(0, len(waiting), MESSAGES_IN_A_ROUND_TRIP):
            pipeline = client().pipeline(transaction=False)
            for channel, message in waiting[start : start + MESSAGES_IN_A_ROUND_TRIP]:
                pipeline.publish(channel, message.encoded())
            pipeline.execute()
    except RedisError:
        log.warning("stream_not_told", messages=len(waiting))


def tell_accounts(account_ids: Iterable[int], message: Message) -> None:
    """Tell several accounts the same."""
    publish((account_channel(account_id), message) for account_id in account_ids)


def listening(account_ids: Sequence[int]) -> list[int]:
    """Those of `account_ids` for whom some web process listens now, in one round trip."""
    if not account_ids:
        return []
    channels = {account_channel(account_id): account_id for account_id in account_ids}
    try:
        counts = client().pubsub_numsub(*channels)
    except RedisError:
        log.warning("stream_listeners_unknown")
        return []
    return [channels[str_if_bytes(channel)] for channel, count in counts if count]


def all_listening() -> list[int]:
    """Every account for which some web process listens now."""
    beginning = account_channels()
    try:
        channels = client().pubsub_channels(f"{beginning}*")
    except RedisError:
        log.warning("stream_listeners_unknown")
        return []
    return [int(str_if_bytes(channel).removeprefix(beginning)) for channel in channels]


def _prefix() -> str:
    # Redis has numbered databases for keys and none for channels.
    return f"stream:{client().connection_pool.connection_kwargs.get('db', 0)}:"
