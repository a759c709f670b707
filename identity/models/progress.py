"""How far a check is: in Redis, because it changes with every frame and nobody misses it once the decision is there."""

import json
from dataclasses import dataclass

from redis.exceptions import RedisError

from common.redis import client

SECONDS = 20 * 60


@dataclass(frozen=True, slots=True)
class Progress:
    """`step` is what the check is doing, `share` how much is done, 0 to 1."""

    step: str = "waiting"
    share: float = 0.0


def note_progress(enrolment_id: int, progress: Progress) -> None:
    """Tell whoever is listening; a silent Redis stops no check."""
    try:
        client().set(_place(enrolment_id), json.dumps([progress.step, round(progress.share, 3)]), ex=SECONDS)
    except RedisError:
        return


def progress_of(enrolment_id: int) -> Progress:
    """The newest progress noted, or that nothing has begun."""
    try:
        noted = client().get(_place(enrolment_id))
    except RedisError:
        noted = None
    if not isinstance(noted, bytes):
        return Progress()
    step, share = json.loads(noted)
    return Progress(step, share)


def count_attempt(enrolment_id: int) -> int:
    """Which attempt at this check this is, from 1."""
    place = f"enrolment:{enrolment_id}:attempts"
    attempts = client().incr(place)
    client().expire(place, SECONDS)
    return attempts


def may_nudge(enrolment_id: int, *, seconds: int) -> bool:
    """True once in so many seconds: a long queue must not be filled up with repeated nudges."""
    return bool(client().set(f"enrolment:{enrolment_id}:nudged", 1, nx=True, ex=seconds))


def _place(enrolment_id: int) -> str:
    return f"enrolment:{enrolment_id}:progress"
