"""One author and very many who follow, with home timelines in Redis, for measurements of delivery."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

import numpy as np

from seeds.load.plan import Numbers, Plan

COLUMNS = (
    "author",
    "parent",
    "reblogged",
    "visibility",
    "media",
    "mentioned",
    "seeds",
    "favourite_account",
    "favourite_status",
)
ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Crowd:
    """Ids; followers in the order in which they are delivered to."""

    author: int
    followers: list[int]


def crowds(sizes: list[int]) -> list[Crowd]:
    """An author for each size, each with so many followers of their own, all of whom read their timelines."""
    from seeds.load.writing import write_world

    authors = np.arange(len(sizes), dtype=np.int64)
    people = len(sizes) + sum(sizes)
    sources = np.arange(len(sizes), people, dtype=np.int64)
    targets: Numbers = np.repeat(authors, sizes)
    none: Numbers = np.zeros(0, dtype=np.int64)
    everybody = np.ones(people, dtype=np.int64)
    columns = dict.fromkeys(COLUMNS, none)
    made = write_world(Plan(people=people, active=everybody, follow_source=sources, follow_target=targets, **columns))
    return [
        Crowd(int(made.accounts[author]), made.accounts[sources[targets == author]].tolist())
        for author in authors.tolist()
    ]


def give_timelines(followers: list[int], *, entries: int = ENTRIES) -> None:
    """Complete timelines of so many old entries each: ids that no status has."""
    from common.redis import client
    from feed.queries import home_store

    members: dict[Any, float] = {home_store.member_of(number): 0.0 for number in range(1, entries + 1)}
    members[home_store.READY] = 0
    for start in range(0, len(followers), 2_000):
        pipeline = client().pipeline(transaction=False)
        for follower in followers[start : start + 2_000]:
            pipeline.zadd(home_store.key_of(follower), members)
        pipeline.execute()


def bare_zadds(followers: list[int]) -> None:
    """What could not be less: one pipelined ZADD for each follower, 500 in a round trip, to keys of their own."""
    from common.redis import client

    member = secrets.randbits(60)
    for start in range(0, len(followers), 500):
        pipeline = client().pipeline(transaction=False)
        for follower in followers[start : start + 500]:
            pipeline.zadd(f"bare:{follower}", {f"{member:019d}": 0})
        pipeline.execute()


def give_bare_sets(followers: list[int], *, entries: int = ENTRIES) -> None:
    """Sets of the same length for `bare_zadds`."""
    from common.redis import client

    members: dict[Any, float] = {f"{number:019d}": 0.0 for number in range(1, entries + 1)}
    for start in range(0, len(followers), 2_000):
        pipeline = client().pipeline(transaction=False)
        for follower in followers[start : start + 2_000]:
            pipeline.zadd(f"bare:{follower}", members)
        pipeline.execute()


def cpu_microseconds(act: Callable[[], object], *, deliveries: int) -> float:
    """What one delivery costs this process and Redis together; PostgreSQL's share is not in it.

    On a machine that does other things too this varies less than the time that passes.
    """
    from common.redis import client

    def spent() -> float:
        told = client().info("cpu")
        return time.process_time() + float(told["used_cpu_user"]) + float(told["used_cpu_sys"])

    before = spent()
    act()
    return (spent() - before) / deliveries * 1_000_000


def middle_and_worst(seconds: list[float]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return cuts[49] * 1000, cuts[98] * 1000


def tokens_of(account_ids: list[int]) -> list[str]:
    """A token to read with for each of these accounts, of one application."""
    from identity.operations.applications import issue_token, register_application

    made = register_application(name="bench", redirect_uris=["urn:ietf:wg:oauth:2.0:oob"], scopes=["read"])
    return [issue_token(client=made.client, account_id=pk, scopes=["read"]) for pk in account_ids]
