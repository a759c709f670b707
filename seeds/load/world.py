"""A plan with its times and ids: a third of a month people join, then they follow, and talk from then on."""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from seeds.load.plan import Numbers, Plan, moments

LASTING = dt.timedelta(days=30)
SEQUENCES = 65_536


def ids_at(milliseconds: Numbers, *, part: int = 0, parts: int = 1) -> Numbers:
    """Ids as the database makes them (common/ids.py), for rows in the order of time.

    Rows of one table that are numbered in several calls say so: each `part` has its own share of the sequence.
    """
    room = SEQUENCES // parts
    return (milliseconds << 16) | (np.arange(len(milliseconds)) % room + part * room)


@dataclass(slots=True)
class World:
    """Times are in milliseconds since 1970; ids and times stand in the order of the plan's columns.

    Everybody agrees to each of `purposes`; nobody to anything where there are none.
    """

    plan: Plan
    now: dt.datetime
    purposes: tuple[str, ...] = ()
    joined: Numbers = field(init=False)
    followed: Numbers = field(init=False)
    posted: Numbers = field(init=False)
    liked: Numbers = field(init=False)
    accounts: Numbers = field(init=False)
    credentials: Numbers = field(init=False)
    follows: Numbers = field(init=False)
    statuses: Numbers = field(init=False)
    favourites: Numbers = field(init=False)

    def __post_init__(self) -> None:
        start, third = self.now - LASTING, LASTING / 3
        self.joined = moments(self.plan.people, first=start, last=start + third)
        self.followed = moments(len(self.plan.follow_source), first=start + third, last=start + 2 * third)
        self.posted = moments(self.plan.statuses, first=start + third, last=self.now)
        self.liked = moments(len(self.plan.favourite_status), first=start + 2 * third, last=self.now)
        # A millisecond after joining.
        self.accounts, self.credentials = ids_at(self.joined), ids_at(self.joined + 1)
        self.follows = ids_at(self.followed)
        self.statuses, self.favourites = ids_at(self.posted), ids_at(self.liked)
