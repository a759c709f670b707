"""What a simulated world holds: who follows whom, who says what when. Numbers only; rows are made of it elsewhere.

Popularity is a power law: the k-th most popular person is followed in proportion to k^-0.8, so that of 100,000 people the
first has some 5 % of all as followers and the median a handful. Statuses stand in the order they are posted in.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.int64]]
NOBODY = -1
OPEN, UNLISTED, PRIVATE = 0, 1, 2
VISIBILITIES = ("public", "unlisted", "private")
POPULARITY = 0.8
EAGERNESS = 0.9
WITHIN = 2000


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each. Shares are of all statuses."""

    people: int
    follows: int
    statuses: int
    favourites: int
    replies: float = 0.25
    reblogs: float = 0.15
    with_media: float = 0.2
    active: float = 0.3

    def __post_init__(self) -> None:
        """Raises ValueError for a world that cannot be."""
        if min(self.people, self.follows, self.statuses, self.favourites) < 0 or self.people < 2:
            raise ValueError("There are two people at least, and no number is negative.")
        if self.follows > self.people * (self.people - 1) // 4:
            raise ValueError("There are too few people for so many follows: at most a quarter of all pairs.")


@dataclass(frozen=True, slots=True)
class Plan:
    """Columns by place: a person, a status and so on is named by where it stands."""

    people: int
    active: Numbers
    follow_source: Numbers
    follow_target: Numbers
    author: Numbers
    parent: Numbers
    reblogged: Numbers
    visibility: Numbers
    media: Numbers
    mentioned: Numbers
    seeds: Numbers
    favourite_account: Numbers
    favourite_status: Numbers

    @property
    def statuses(self) -> int:
        """How many rows of statuses, reblogs included."""
        return len(self.author)


def plan(size: Size, *, seed: int = 1) -> Plan:
    """The same size and seed give the same world."""
    random = np.random.default_rng(seed)
    # The most popular are not those who came first.
    of_rank = random.permutation(size.people)
    source, target = _follows(size, of_rank, random)
    author = of_rank[_ranks(size.people, size.statuses, random, steepness=0.5)]
    visibility = random.choice([OPEN, UNLISTED, PRIVATE], p=[0.88, 0.09, 0.03], size=size.statuses)
    parent, reblogged = _answers(size, author, visibility, random)
    is_reblog = reblogged != NOBODY
    visibility[is_reblog] = OPEN
    media = np.where((random.random(size.statuses) < size.with_media) & ~is_reblog, 1, 0)
    mentioned = np.where(random.random(size.statuses) < 0.05, random.integers(0, size.people, size.statuses), NOBODY)
    mentioned[is_reblog | (mentioned == author)] = NOBODY
    likes, liked = _favourites(size, visibility, is_reblog, random)
    return Plan(
        people=size.people,
        active=(random.random(size.people) < size.active).astype(np.int64),
        follow_source=source,
        follow_target=target,
        author=author,
        parent=parent,
        reblogged=reblogged,
        visibility=visibility,
        media=media,
        mentioned=mentioned,
        seeds=random.integers(0, 2**31, size.statuses),
        favourite_account=likes,
        favourite_status=liked,
    )


def moments(number: int, *, first: dt.datetime, last: dt.datetime) -> Numbers:
    """So many moments in order, in milliseconds since 1970, none twice where there is room."""
    between = np.linspace(first.timestamp(), last.timestamp(), number + 2)[1:-1]
    return np.asarray(between * 1000, dtype=np.int64)


def _ranks(people: int, number: int, random: np.random.Generator, *, steepness: float) -> Numbers:
    weights = np.arange(1, people + 1) ** -steepness
    limits = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(limits, random.random(number)), people - 1).astype(np.int64)


def _follows(size: Size, of_rank: Numbers, random: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Pairs in the order they come about, none twice, nobody themselves."""
    eagerness = np.cumsum(random.lognormal(0, EAGERNESS, size.people))
    pairs = np.zeros(0, dtype=np.int64)
    while len(pairs) < size.follows:
        missing = int((size.follows - len(pairs)) * 1.3) + 100
        source = np.minimum(np.searchsorted(eagerness / eagerness[-1], random.random(missing)), size.people - 1)
        target = of_rank[_ranks(size.people, missing, random, steepness=POPULARITY)]
        some = source * size.people + target
        pairs = np.unique(np.concatenate([pairs, some[source != target]]))
    pairs = random.permutation(pairs)[: size.follows]
    return pairs // size.people, pairs % size.people


def _answers(size: Size, author: Numbers, visibility: Numbers, random: np.random.Generator) -> tuple[Numbers, Numbers]:
    """What each status answers, and what it shows of another: an open one of the 2,000 before it, newer ones rather."""
    kind = random.random(size.statuses)
    place = np.arange(size.statuses)
    other = place - 1 - (random.random(size.statuses) ** 2 * np.minimum(place, WITHIN)).astype(np.int64)
    usable = (other >= 0) & (visibility[np.maximum(other, 0)] != PRIVATE)
    wants_reblog = (kind < size.reblogs) & usable & (author[np.maximum(other, 0)] != author)
    # What shows another's status is itself neither answered nor shown.
    usable &= ~(kind < size.reblogs)[np.maximum(other, 0)]
    reblogs = wants_reblog & usable
    pair = author * (size.statuses + 1) + other
    first_of_pair = np.zeros(size.statuses, dtype=bool)
    places = np.flatnonzero(reblogs)
    first_of_pair[places[np.unique(pair[places], return_index=True)[1]]] = True
    reblogs &= first_of_pair
    replies = ~(kind < size.reblogs) & (kind < size.reblogs + size.replies) & usable
    return np.where(replies, other, NOBODY), np.where(reblogs, other, NOBODY)


def _favourites(
    size: Size, visibility: Numbers, is_reblog: Numbers, random: np.random.Generator
) -> tuple[Numbers, Numbers]:
    open_ones = random.permutation(np.flatnonzero((visibility != PRIVATE) & ~is_reblog))
    if not len(open_ones) or not size.favourites:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    status = open_ones[_ranks(len(open_ones), size.favourites, random, steepness=0.5)]
    account = random.integers(0, size.people, size.favourites)
    pairs = random.permutation(np.unique(account * size.statuses + status))
    return pairs // size.statuses, pairs % size.statuses
