"""Simulated accounts as scoring sees them, for training: nobody can date a status back through an operation.

Every stream goes through the same sketches and features as a real account's. The kinds overlap on purpose, easy ones and hard
ones: people who post by the clock, who greet alike each morning, who chat fast or have barely begun; machines that wait at
random, reword, sleep at night, follow much and say little, or rent a real person's credential.
"""

import datetime as dt
import random
from dataclasses import dataclass

from moderation.engines.activity import NEWEST_POSTS, Activity, Post
from moderation.engines.sketches import sketch
from seeds.phrases import GREETINGS, LANGUAGES, advertised, said, template_of

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
DAY, HOUR = 86_400.0, 3_600.0
HUMAN_KINDS = {"everyday": 50, "newcomer": 20, "chatty": 12, "by_the_clock": 10, "greeter": 8}
BOT_KINDS = {"clockwork": 30, "jittered": 25, "rewording": 20, "follower": 15, "rented": 10}


@dataclass(frozen=True, slots=True)
class Simulated:
    """One account with what is known of it: `is_bot` the truth, the rest the groups that figures are told by."""

    activity: Activity
    is_bot: bool
    kind: str
    language: str
    account_age_days: float


def simulated_account(random_source: random.Random, *, is_bot: bool) -> Simulated:
    """One account drawn at random."""
    kinds = BOT_KINDS if is_bot else HUMAN_KINDS
    kind = random_source.choices(list(kinds), weights=list(kinds.values()))[0]
    language = random_source.choice(LANGUAGES)
    age = random_source.uniform(0.05, 5) if kind == "newcomer" else min(1500.0, random_source.lognormvariate(4.0, 1.5))
    times = _times(random_source, kind, age)
    posts = _posts(random_source, kind, language, times)
    following, followers = _follows(random_source, kind, age)
    level = random_source.choices(
        ["unique", "present", "none", "simulated"], weights=[50, 22, 18, 10] if is_bot else [66, 14, 10, 10]
    )[0]
    since = None if level == "none" else NOW - dt.timedelta(days=age * random_source.random())
    return Simulated(
        Activity(posts=posts, following=following, followers=followers, level=level, credential_since=since),
        is_bot,
        kind,
        language,
        age,
    )


def simulated_accounts(*, count: int, seed: int) -> list[Simulated]:
    """`count` accounts, half of them bots; the same seed gives the same accounts."""
    random_source = random.Random(seed)
    return [simulated_account(random_source, is_bot=place % 2 == 1) for place in range(count)]


def _times(random_source: random.Random, kind: str, age: float) -> list[float]:
    """Seconds since 1970, in order, within the account's life."""
    if kind in {"everyday", "newcomer", "chatty", "greeter", "rented"}:
        return _human_times(random_source, kind, age)
    if kind == "by_the_clock":
        at_hour = random_source.uniform(6, 22)
        days = range(min(NEWEST_POSTS, int(age) + 1))
        jitter = random_source.choice([20.0, 300.0, 1200.0])
        return sorted(_midnight(day) + at_hour * HOUR + random_source.gauss(0, jitter) for day in days)
    pause = random_source.choice([0.3, 5.0, 60.0, 600.0, 1800.0, HOUR]) * random_source.uniform(0.5, 2)
    spread = {"clockwork": 0.02, "jittered": 0.6, "rewording": 0.3, "follower": 0.8}[kind]
    number = random_source.randint(2, 12) if kind == "follower" else random_source.randint(4, NEWEST_POSTS)
    sleeps = kind == "jittered" and random_source.random() < 0.4
    moment, times = NOW.timestamp(), []
    for _ in range(number):
        times.append(moment)
        moment -= pause * max(0.05, random_source.gauss(1, spread))
        if sleeps and moment % DAY < 7 * HOUR:
            moment -= 8 * HOUR
    return sorted(times)


def _midnight(day: int) -> float:
    return NOW.timestamp() - (day + 1) * DAY


def _human_times(random_source: random.Random, kind: str, age: float) -> list[float]:
    """Sessions on waking hours, in each a few posts with pauses from seconds to an hour."""
    wakes = random_source.uniform(5, 11)
    sessions = random_source.uniform(0.1, 3) * (2 if kind == "chatty" else 1)
    times: list[float] = []
    for day in range(int(min(age, 400)) + 1):
        for _ in range(_poisson(random_source, sessions)):
            moment = _midnight(day) + (wakes + random_source.betavariate(2, 2) * 15) * HOUR
            for _ in range(1 + _poisson(random_source, 3 if kind == "chatty" else 0.7)):
                times.append(moment)
                moment += random_source.lognormvariate(3.0 if kind == "chatty" else 5.5, 1.4)
        if len(times) > NEWEST_POSTS:
            break
    return sorted(times)[-NEWEST_POSTS:]


def _poisson(random_source: random.Random, mean: float) -> int:
    """Knuth's method; enough for small means."""
    number, product = -1, 1.0
    limit = 2.718281828**-mean
    while product > limit:
        number += 1
        product *= random_source.random()
    return max(0, number)


def _posts(random_source: random.Random, kind: str, language: str, times: list[float]) -> tuple[Post, ...]:
    templates = [template_of(random_source, language) for _ in range(random_source.randint(1, 4))]
    repeats = {"clockwork": 0.9, "jittered": 0.7, "rewording": 0.15, "follower": 0.4, "rented": 0.15, "greeter": 0.3}
    links = {"clockwork": 0.6, "jittered": 0.5, "rewording": 0.5, "follower": 0.3, "rented": 0.25}.get(kind, 0.12)
    posts = []
    for at in times:
        if random_source.random() < repeats.get(kind, 0.03):
            text = (
                GREETINGS[language] if kind == "greeter" else advertised(random_source, random_source.choice(templates))
            )
        else:
            text = said(random_source, language)
        posts.append(Post(at=at, sketch=sketch(text), has_link="://" in text or random_source.random() < links))
    return tuple(posts)


def _follows(random_source: random.Random, kind: str, age: float) -> tuple[frozenset[int], frozenset[int]]:
    if kind in BOT_KINDS:
        number = random_source.randint(50, 300) if kind == "follower" else _poisson(random_source, 20)
        answered = random_source.betavariate(3, 5) if kind == "rented" else random_source.betavariate(1.2, 9)
    else:
        number = _poisson(random_source, min(40.0, 3 + age / 4))
        answered = random_source.betavariate(3, 4)
    following = frozenset(range(1, number + 1))
    back = {account for account in following if random_source.random() < answered}
    return following, frozenset(back) | frozenset(range(1000, 1000 + _poisson(random_source, 5)))
