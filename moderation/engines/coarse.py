"""Features of behaviour, so coarse that an account is one among others: what research on bots is given of them."""

import math
from collections.abc import Callable, Mapping

from moderation.engines.features import NAMES


def _to_step(step: float) -> Callable[[float], float]:
    return lambda value: round(round(value / step) * step, 6)


def _to_power_of_two(value: float) -> float:
    """The nearest power of two; at most 2^20, some twelve days."""
    return float(2 ** min(20, max(0, round(math.log2(max(value, 1.0))))))


COARSE: dict[str, Callable[[float], float]] = {
    "interval_entropy": _to_step(0.1),
    "burstiness": _to_step(0.2),
    "typical_interval": _to_power_of_two,
    "near_duplicate_share": _to_step(0.1),
    "link_share": _to_step(0.1),
    "quiet_hours": _to_step(2),
    "follow_back_share": _to_step(0.1),
    "credential_level": _to_step(1),
    # To the quarter of a year: to the day it would tell who joined when.
    "credential_age": _to_step(91),
}


def coarse_features(features: Mapping[str, float | None]) -> dict[str, float | None]:
    """Every feature of `features.FEATURES` rounded as `COARSE` says; None where it is absent or unknown."""
    found = {name: features.get(name) for name in NAMES}
    return {name: None if value is None else COARSE[name](value) for name, value in found.items()}


def coarse_score(score: float) -> float:
    """A likelihood to the tenth."""
    return round(score, 1)
