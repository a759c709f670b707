"""Error rates of a comparison, with intervals by the bootstrap over people (and keys). Terms as in ISO/IEC 19795-1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from identity.engines.assessment.intervals import of_count
from identity.engines.assessment.systems import Matrix

BINS = 4096
FMR = 1e-3
FPIR = 0.01
REPLICATES = 200
RATES = ("eer", "fnmr_at_fmr_01pct", "fnir_at_fpir_1pct")
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Each rate is the mean over keys; its interval holds 95 % of the replicates, each of people drawn anew and one key."""

    system: str
    people: int
    keys: int
    eer: float
    eer_interval: Interval
    fnmr_at_fmr_01pct: float
    fnmr_at_fmr_01pct_interval: Interval
    fnir_at_fpir_1pct: float
    fnir_at_fpir_1pct_interval: Interval


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """Of each person: the distance of their two captures, the histogram of their probe's distances to other people's
    enrolled captures, and the nearest of those; and the nearest of each stranger."""

    own: Matrix
    others: Matrix
    nearest: Matrix


def error_rates(system: str, keys: Sequence[tuple[Matrix, Matrix | None]], random: np.random.Generator) -> ErrorRates:
    """From distances, 0 to 1, once for each key: (enrolled, probes) with each person's own on the diagonal, and (enrolled,
    strangers), or None where each probe of another person serves as a stranger."""
    scores = [_scores(own, strangers) for own, strangers in keys]
    count = len(scores[0].own)
    everybody = np.ones(count)
    points = np.mean([_rates(each, everybody, np.ones(len(each.nearest))) for each in scores], axis=0)
    replicates = []
    for _ in range(REPLICATES):
        each = scores[random.integers(len(scores))]
        replicates.append(_rates(each, _drawn_anew(count, random), _drawn_anew(len(each.nearest), random)))
    low, high = np.quantile(replicates, (0.025, 0.975), axis=0)
    # No draw of a set without an error shows one: there the rule of three over people gives the upper end.
    none = of_count(0, count).high
    spread = [
        (float(one), float(other) if point > 0 else max(float(other), none))
        for one, other, point in zip(low, high, points, strict=True)
    ]
    return ErrorRates(
        system,
        count,
        len(scores),
        float(points[0]),
        spread[0],
        float(points[1]),
        spread[1],
        float(points[2]),
        spread[2],
    )


def _drawn_anew(count: int, random: np.random.Generator) -> Matrix:
    return random.multinomial(count, np.full(count, 1 / count)).astype(np.float64)


def _scores(distances: Matrix, strangers: Matrix | None) -> _Scores:
    count = len(distances)
    apart = ~np.eye(count, dtype=bool)
    bins = np.minimum((distances * BINS).round().astype(int), BINS)
    others = np.array([np.bincount(bins[apart[:, probe], probe], minlength=BINS + 1) for probe in range(count)])
    nearest = np.where(apart, distances, np.inf) if strangers is None else strangers
    return _Scores(distances.diagonal().copy(), others / (count - 1), nearest.min(axis=0))


def _rates(scores: _Scores, people: Matrix, strangers: Matrix) -> tuple[float, float, float]:
    fmr = np.cumsum(people @ scores.others) / people.sum()
    own = np.minimum((scores.own * BINS).round().astype(int), BINS)
    fnmr = 1 - np.cumsum(np.bincount(own, weights=people, minlength=BINS + 1)) / people.sum()
    crossing = int(np.argmin(np.abs(fmr - fnmr)))
    # The largest distance at which the rate of false matches is not above the one asked for; below all of them, none.
    within = int(np.searchsorted(fmr, FMR, side="right")) - 1
    order = np.argsort(scores.nearest)
    allowed = np.searchsorted(np.cumsum(strangers[order]) / strangers.sum(), FPIR + 1e-12, side="right")
    limit = scores.nearest[order[min(int(allowed), len(order) - 1)]]
    missed = float((people * (scores.own >= limit)).sum() / people.sum())
    return float(fmr[crossing] + fnmr[crossing]) / 2, float(fnmr[within]) if within >= 0 else 1.0, missed
