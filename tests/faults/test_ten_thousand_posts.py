"""10,000 posts while worker, web and Redis are killed again and again: none is lost, and no timeline has one twice."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

import httpx
import numpy as np
import pytest
from django.db import connection
from redis.exceptions import RedisError

from common.redis import client as redis_client
from config.startup import environment
from feed.models import Status
from feed.operations.statuses import post_status
from feed.queries import home_store
from identity.operations.applications import OUT_OF_BAND, issue_token, register_application
from seeds.load.plan import Numbers, Plan
from seeds.load.writing import write_world
from tests.live import LiveStack, wait_for

AUTHORS = 20
READERS_OF_EACH = 4
# All of an author's posts stay within what Redis keeps of a timeline.
POSTS_OF_EACH = 500
POSTS = AUTHORS * POSTS_OF_EACH
# One post in five comes over HTTP, where a killed web process is felt; the others from a process that nobody kills.
OVER_HTTP_ONE_IN = 5
CLIENTS, OPERATORS = 4, 2

pytestmark = [
    pytest.mark.stack,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(environment().redis_url), reason="only the embedded Redis may be killed, and comes back"),
]


class Storm:
    """People who post, each post until it is accepted, and people who read meanwhile, so that they have timelines."""

    def __init__(self, url: str, authors: dict[int, str], readers: dict[int, str]) -> None:
        self.url, self.authors, self.readers = url, authors, readers
        self.accepted: dict[str, int] = {}
        self.refused: list[str] = []
        self.retries = 0
        self.over_http: SimpleQueue[tuple[int, str]] = SimpleQueue()
        self.by_operation: SimpleQueue[tuple[int, str]] = SimpleQueue()
        for number in range(POSTS_OF_EACH):
            into = self.by_operation if number % OVER_HTTP_ONE_IN else self.over_http
            for author in authors:
                into.put((author, f"number {number} of {author}"))
        self.over = threading.Event()

    def post(self) -> None:
        """Over HTTP until nothing is left; a key makes sure that a repeated request posts nothing twice."""
        with httpx.Client(base_url=self.url, timeout=30) as http, suppress(Empty):
            while True:
                author, text = self.over_http.get_nowait()
                headers = {"Authorization": f"Bearer {self.authors[author]}", "Idempotency-Key": text}
                while (made := self._attempt(http, text, headers)) is None:
                    self.retries += 1
                    self.over.wait(0.2)
                self.accepted[text] = made

    def operate(self) -> None:
        """The same by the operation, which stands whatever becomes of Redis."""
        try:
            with suppress(Empty):
                while True:
                    author, text = self.by_operation.get_nowait()
                    self.accepted[text] = post_status(account_id=author, text=text).pk
        finally:
            connection.close()

    def _attempt(self, http: httpx.Client, text: str, headers: dict[str, str]) -> int | None:
        try:
            answer = http.post("/api/v1/statuses", json={"status": text}, headers=headers)
        except httpx.TransportError:
            return None
        if answer.status_code == 200:
            return int(answer.json()["id"])
        if answer.status_code < 500:
            self.refused.append(answer.text)
        return None

    def read(self) -> None:
        """Home timelines in turn, whatever comes back."""
        with httpx.Client(base_url=self.url, timeout=30) as http:
            while not self.over.is_set():
                for token in self.readers.values():
                    with suppress(httpx.TransportError):
                        http.get("/api/v1/timelines/home", headers={"Authorization": f"Bearer {token}"})
                    if self.over.wait(0.02):
                        break

    @contextmanager
    def blowing(self) -> Iterator[None]:
        """Everybody at once; ends when all is posted, or the block fails."""
        acts = [self.post] * CLIENTS + [self.operate] * OPERATORS
        posters = [threading.Thread(target=act, daemon=True) for act in acts]
        everybody = [*posters, threading.Thread(target=self.read, daemon=True)]
        for one in everybody:
            one.start()
        try:
            yield
            for one in posters:
                one.join(timeout=600)
        finally:
            self.over.set()
            everybody[-1].join(timeout=60)

    def wait_until(self, number: int) -> None:
        """So many are accepted."""
        wait_for(lambda: len(self.accepted) >= number, what=f"{number} accepted posts", seconds=300)


def test_none_is_lost_and_each_is_once_in_each_timeline(stack: LiveStack, http: httpx.Client) -> None:
    """Answered posts are rows; every row reaches every follower, by its message, by the sweep or by rebuilding."""
    made = write_world(_authors_and_readers())
    accounts = made.accounts.tolist()
    tokens = _tokens(accounts)
    storm = Storm(stack.url, dict(list(tokens.items())[:AUTHORS]), dict(list(tokens.items())[AUTHORS:]))
    with storm.blowing():
        for part, name in enumerate(["worker", "redis", "web", "beat", "worker", "redis", "web", "worker"]):
            storm.wait_until(POSTS * (part + 1) // 10)
            if name == "redis":
                _kill_redis()
                continue
            stack.kill(name)
            if name == "worker" and part == 4:
                # What it had taken is lost twice: by the worker, and by the broker.
                _kill_redis()
            stack.revive()
    stack.revive()

    assert storm.refused == []
    assert len(storm.accepted) == POSTS
    assert storm.retries, "nobody over HTTP has met a killed web process"
    rows = dict(Status.objects.filter(account_id__in=accounts[:AUTHORS]).values_list("text", "pk"))
    assert rows == storm.accepted, "each accepted post is one row, and no row was made by a repeated request"
    assert Status.objects.count() == POSTS
    wait_for(lambda: not Status.objects.filter(fanned_out_at=None).exists(), what="every fan-out", seconds=240)

    wanted: dict[int, list[int]] = {}
    for author, pk in Status.objects.order_by("-pk").values_list("account_id", "pk"):
        wanted.setdefault(author, []).append(pk)
    for place, reader in enumerate(accounts[AUTHORS:]):
        kept = home_store.read(reader, limit=1000, newer_than=None, older_than=None, oldest_first=False)
        assert kept is not None, "a timeline that is read all the time is there"
        assert kept[0] == wanted[accounts[place % AUTHORS]]
    reader = accounts[AUTHORS]
    assert _all_of_home(http, tokens[reader]) == wanted[accounts[0]], "and by pages over HTTP"


def _authors_and_readers() -> Plan:
    """Readers in turn follow one author each."""
    people = AUTHORS * (1 + READERS_OF_EACH)
    readers = np.arange(AUTHORS, people, dtype=np.int64)
    none: Numbers = np.zeros(0, dtype=np.int64)
    columns = ["author", "parent", "reblogged", "visibility", "media", "mentioned", "seeds"]
    columns += ["favourite_account", "favourite_status"]
    active = np.zeros(people, dtype=np.int64)
    return Plan(
        people=people,
        active=active,
        follow_source=readers,
        follow_target=readers % AUTHORS,
        **dict.fromkeys(columns, none),
    )


def _tokens(accounts: list[int]) -> dict[int, str]:
    client = register_application(name="storm", redirect_uris=[OUT_OF_BAND], scopes=["read", "write"]).client
    return {one: issue_token(client=client, account_id=one, scopes=["read", "write"]) for one in accounts}


def _kill_redis() -> None:
    """`kill -9`; nothing of it was ever on disk, and the keeper of the embedded servers starts an empty one."""
    process = int(redis_client().info("server")["process_id"])
    os.kill(process, signal.SIGKILL)

    def answers() -> Any:
        with suppress(RedisError):
            return redis_client().ping()

    wait_for(answers, what="Redis to be back")


def _all_of_home(http: httpx.Client, token: str) -> list[int]:
    headers = {"Authorization": f"Bearer {token}"}
    seen: list[int] = []
    answer = http.get("/api/v1/timelines/home", params={"limit": 40}, headers=headers)
    while answer.json():
        seen += [int(one["id"]) for one in answer.json()]
        answer = http.get(answer.links["next"]["url"], headers=headers)
    return seen
