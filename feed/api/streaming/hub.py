"""Brings what Redis tells this process to the connections that listen for it."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog
from django.db import Error as DatabaseError

from common.authentication import still_valid
from feed.api.streaming.client import Client
from feed.api.streaming.database import look
from feed.api.streaming.listener import Listener
from feed.api.streaming.preparing import Prepared, Request, frame_as_it_is, prepare
from feed.api.streaming.refusals import POLICY
from feed.api.streaming.streams import Stream
from feed.jobs.stream import Message, everyone_channel
from feed.queries.home_timeline import note_reading

log = structlog.get_logger(__name__)

BEAT_SECONDS = 15
CONFIRMED_WITHIN_SECONDS = 3
EVENTS_IN_A_LOOK = 50
# Above this the database cannot keep up: newer events are dropped, and clients find them when they read.
MOST_EVENTS_WAITING = 5000
REMEMBERED = 20_000
# A job that is run twice tells twice; an edit may rightly be told again.
TOLD_ONCE = ("update", "notification", "conversation")


class Subscription(NamedTuple):
    """A stream of one connection."""

    client: Client
    stream: Stream


class Hub:
    """All connections of this process, by the channels they hear. Lives in the event loop's thread."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Subscription]] = {}
        self._clients: set[Client] = set()
        self._events: dict[Message, set[Subscription]] = {}
        self._told: OrderedDict[tuple[str, Message], None] = OrderedDict()
        self._event_came = asyncio.Event()
        self._listener = Listener(wanted=self._wanted, heard=self._heard)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen; further calls change nothing."""
        if not self._tasks:
            works = (self._listener.run, self._deliver, self._beat)
            self._tasks = [asyncio.create_task(_for_ever(work)) for work in works]

    def join(self, client: Client) -> None:
        """From now on the client has heartbeats, and ends when its token does."""
        self._clients.add(client)

    def leave(self, client: Client) -> None:
        """The connection is over."""
        self._clients.discard(client)
        for stream in list(client.streams.values()):
            self.unsubscribe(client, stream)

    async def subscribe(self, client: Client, stream: Stream) -> None:
        """Have the client hear a stream; gives back once Redis has confirmed it, or after three seconds without."""
        client.streams[stream.key] = stream
        for channel in stream.channels:
            self._listeners.setdefault(channel, set()).add(Subscription(client, stream))
        self._listener.changed()
        try:
            await asyncio.wait_for(self._listener.holding(stream.channels), CONFIRMED_WITHIN_SECONDS)
        except TimeoutError:
            log.warning("stream_not_confirmed", stream=stream.name[0])

    def unsubscribe(self, client: Client, stream: Stream) -> None:
        """Have the client hear a stream no longer."""
        held = client.streams.pop(stream.key, None)
        if held is None:
            return
        for channel in held.channels:
            subscriptions = self._listeners.get(channel, set())
            subscriptions.discard(Subscription(client, held))
            if not subscriptions:
                self._listeners.pop(channel, None)
        self._listener.changed()

    def _wanted(self) -> set[str]:
        # Always one channel at least: a connection that subscribes to nothing hears nothing, not even its own end.
        return {everyone_channel(), *self._listeners}

    def _heard(self, channel: str, data: bytes) -> None:
        try:
            message = Message.decoded(data)
        except (ValueError, KeyError, TypeError):
            log.warning("stream_message_unreadable", channel=channel)
            return
        listening = self._listeners.get(channel, ())
        wanting = {subscription for subscription in listening if message.place in subscription.stream.places}
        if not wanting or self._was_told(channel, message):
            return
        if message in self._events:
            self._events[message] |= wanting
        elif len(self._events) < MOST_EVENTS_WAITING:
            self._events[message] = wanting
        else:
            log.warning("stream_event_dropped", stream_event=message.event)
        self._event_came.set()

    def _was_told(self, channel: str, message: Message) -> bool:
        if message.event not in TOLD_ONCE:
            return False
        if (channel, message) in self._told:
            return True
        self._told[channel, message] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return False

    async def _deliver(self) -> None:
        while True:
            while not self._events:
                self._event_came.clear()
                await self._event_came.wait()
            batch = [(message, self._events.pop(message)) for message in list(self._events)[:EVENTS_IN_A_LOOK]]
            await self._deliver_batch(batch)

    async def _deliver_batch(self, batch: list[tuple[Message, set[Subscription]]]) -> None:
        requests: list[Request] = [
            (
                message,
                {client.caller.account_id for client, stream in wanting if stream.list_id is None},
                {stream.list_id for _, stream in wanting if stream.list_id is not None},
            )
            for message, wanting in batch
            if frame_as_it_is(message) is None
        ]
        try:
            prepared = await look(prepare, requests) if requests else Prepared()
        except DatabaseError:
            log.exception("stream_events_lost", events=len(requests))
            prepared = Prepared()
        for message, wanting in batch:
            same = frame_as_it_is(message)
            for client, stream in wanting:
                frame = same or prepared.frame(message, account_id=client.caller.account_id, list_id=stream.list_id)
                if frame is not None and (same or frame.has_media or not stream.only_media):
                    client.offer(stream, frame)
            # Between two events others have their turn.
            await asyncio.sleep(0)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            clients = list(self._clients)
            tokens = {client.caller.token_id for client in clients}
            if not tokens:
                continue
            try:
                valid = await look(_still_listening, tokens, {client.caller.account_id for client in clients})
            except DatabaseError:
                log.exception("stream_tokens_not_checked")
                valid = tokens
            for client in clients:
                if client.caller.token_id not in valid:
                    client.end(POLICY, "The access token is invalid")
                client.beat()


def _still_listening(token_ids: set[int], account_ids: set[int]) -> set[int]:
    note_reading(list(account_ids))
    return still_valid(token_ids)


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    """One unforeseen error must not silence every stream of the process."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("streaming_failed", work=work.__name__)
            await asyncio.sleep(1)
