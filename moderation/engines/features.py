"""A handful of measures of an account, each one that a moderator can be told in words.

A measure that too little is known for is NaN, which the model has a place of its own for. The account's language and age
are left out on purpose: on public data sets young and non-English accounts drew the false positives.
"""

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.engines.activity import Activity, Post
from moderation.engines.sketches import similarities

FEWEST_INTERVALS = 5
FEWEST_TEXTS = 3
FEWEST_FOLLOWS = 5
FEWEST_DAYS = 3
NEAR_DUPLICATE = 0.5
SHORTEST_SECONDS = 0.1
DAY = 86_400.0
LEVELS = {"none": 0.0, "present": 1.0, "unique": 2.0}


def _intervals(posts: Sequence[Post]) -> NDArray[np.float64] | None:
    """Seconds between posts, or None for fewer than `FEWEST_INTERVALS` of them."""
    if len(posts) <= FEWEST_INTERVALS:
        return None
    return np.maximum(np.diff(np.array([post.at for post in posts])), SHORTEST_SECONDS)


def interval_entropy(activity: Activity, _now: dt.datetime) -> float:
    """Shannon entropy of the intervals in bins a factor of two wide, over the most that so many could have: 0 to 1."""
    intervals = _intervals(activity.posts)
    if intervals is None:
        return math.nan
    # Bins are laid from the median, so that one regular rhythm does not fall astride two of them.
    bins = np.round(np.log2(intervals / np.median(intervals)))
    _, counts = np.unique(bins, return_counts=True)
    shares = counts / counts.sum()
    most = math.log2(min(len(intervals), 16))
    return float(min(1.0, max(0.0, -(shares * np.log2(shares)).sum() / most)))


def burstiness(activity: Activity, _now: dt.datetime) -> float:
    """(deviation - mean) / (deviation + mean) of the intervals: -1 like a clock, 0 at random, towards 1 in bursts.

    Goh and Barabasi, "Burstiness and memory in complex systems", EPL 81 (2008) 48002.
    """
    intervals = _intervals(activity.posts)
    if intervals is None:
        return math.nan
    mean, deviation = float(intervals.mean()), float(intervals.std())
    return (deviation - mean) / (deviation + mean)


def typical_interval(activity: Activity, _now: dt.datetime) -> float:
    """Median seconds between posts."""
    intervals = _intervals(activity.posts)
    return math.nan if intervals is None else float(np.median(intervals))


def near_duplicate_share(activity: Activity, _now: dt.datetime) -> float:
    """Share of posts that are nearly the same as another one (estimated Jaccard similarity of at least 0.5)."""
    sketches = [post.sketch for post in activity.posts if post.sketch]
    if len(sketches) < FEWEST_TEXTS:
        return math.nan
    return float((similarities(sketches).max(axis=1) >= NEAR_DUPLICATE).mean())


def link_share(activity: Activity, _now: dt.datetime) -> float:
    """Share of posts that carry a link."""
    if len(activity.posts) < FEWEST_TEXTS:
        return math.nan
    return sum(post.has_link for post in activity.posts) / len(activity.posts)


def quiet_hours(activity: Activity, _now: dt.datetime) -> float:
    """Longest run of the day's 24 hours in which the account never posted; people sleep."""
    posts = activity.posts
    if len(posts) <= FEWEST_INTERVALS or posts[-1].at - posts[0].at < FEWEST_DAYS * DAY:
        return math.nan
    awake = sorted({int(post.at % DAY // 3600) for post in posts})
    following = [*awake[1:], awake[0] + 24]
    return float(max(later - hour - 1 for hour, later in zip(awake, following, strict=True)))


def follow_back_share(activity: Activity, _now: dt.datetime) -> float:
    """Share of those followed who follow back."""
    if len(activity.following) < FEWEST_FOLLOWS:
        return math.nan
    return len(activity.following & activity.followers) / len(activity.following)


def credential_level(activity: Activity, _now: dt.datetime) -> float:
    """0 none, 1 a human was present, 2 a unique human. A simulated one says nothing."""
    return LEVELS.get(activity.level, math.nan)


def credential_age(activity: Activity, now: dt.datetime) -> float:
    """Days since personhood was shown."""
    if activity.credential_since is None or activity.level not in LEVELS:
        return math.nan
    return max(0.0, (now - activity.credential_since).total_seconds() / DAY)


@dataclass(frozen=True, slots=True)
class Feature:
    """`monotone` is which way likelihood may go with the measure: 1 up, -1 down, 0 either."""

    name: str
    measure: Callable[[Activity, dt.datetime], float]
    sentence: str
    monotone: int = 0


FEATURES: tuple[Feature, ...] = (
    Feature("interval_entropy", interval_entropy, "The variety of the pauses between posts is {:.2f} of 1.", -1),
    Feature("burstiness", burstiness, "The pauses between posts have a burstiness of {:.2f} (-1 is a clock).", -1),
    Feature("typical_interval", typical_interval, "Half of the pauses between posts are under {:.3g} seconds.", -1),
    Feature("near_duplicate_share", near_duplicate_share, "{:.0%} of the posts nearly repeat another one.", 1),
    Feature("link_share", link_share, "{:.0%} of the posts carry a link.", 1),
    Feature("quiet_hours", quiet_hours, "The longest daily stretch without posts is {:.0f} hours.", -1),
    Feature("follow_back_share", follow_back_share, "{:.0%} of the accounts followed follow back.", -1),
    Feature("credential_level", credential_level, "The level of the personhood credential is {:.0f} of 2.", -1),
    Feature("credential_age", credential_age, "Personhood was shown {:.0f} days ago."),
)
NAMES = tuple(feature.name for feature in FEATURES)


def measure(activity: Activity, *, now: dt.datetime) -> list[float]:
    """Every feature in the order of `FEATURES`; NaN where too little is known."""
    return [feature.measure(activity, now) for feature in FEATURES]


def sentence_of(name: str, value: float) -> str:
    """A measure in words."""
    return FEATURES[NAMES.index(name)].sentence.format(value)
