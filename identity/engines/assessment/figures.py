"""The error rates of one system with their intervals, and in the form in which the report's JSON holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identity.engines.assessment import tails
from identity.engines.assessment.intervals import Estimate, Weights, rate_over_subjects
from identity.engines.assessment.rates import (
    Comparisons,
    Distances,
    Tradeoff,
    equal_error_rate,
    fnmr_at,
    separation,
    threshold_at_fmr,
    tradeoff,
)
from identity.engines.assessment.searches import Searches, fnir_at, fpir_at, threshold_at_fpir

_DET_POINTS = 120
_FMRS = (0.01, 0.001)
FITS = 100
"""Draws for which a tail is fitted anew: a fit costs a hundred times a count."""


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """`eer` and `fnir` (by target FPIR) as estimates; `thresholds` by the same targets, with how each was found:
    "counted" in non-mated searches, or "extrapolated" by the tail where a set is too small to count the target."""

    eer: Estimate
    eer_threshold: float
    fnir: Mapping[float, Estimate]
    thresholds: Mapping[float, tuple[float, str]]
    fnmr_at_fmr: Mapping[float, Estimate]
    separation: Estimate
    curve: Tradeoff


def figures(
    comparisons: Comparisons, searches: Searches, drawn: NDArray[np.float64], *, targets: tuple[float, ...]
) -> Figures:
    """Everything that is said of one system; `drawn` are the bootstrap's draws of subjects.

    Raises ValueError when nobody has two images that were acquired.
    """
    curve = tradeoff(comparisons)
    people = int(np.unique(comparisons.whose).size)
    eer = rate_over_subjects(lambda weights: equal_error_rate(tradeoff(comparisons, weights))[0], drawn, counted=people)
    fnir, thresholds = {}, {}
    for target in targets:
        fnir[target], thresholds[target] = _fnir(comparisons, searches, drawn, target, people)
    at_fmr = {}
    for fmr in _FMRS:
        if fmr * comparisons.non_mated.size >= 1:
            missed = partial(fnmr_at, comparisons, threshold_at_fmr(comparisons, fmr))
            at_fmr[fmr] = rate_over_subjects(missed, drawn, counted=people)
    return Figures(
        eer=eer,
        eer_threshold=equal_error_rate(curve)[1],
        fnir=fnir,
        thresholds=thresholds,
        fnmr_at_fmr=at_fmr,
        separation=rate_over_subjects(lambda weights: separation(comparisons, weights), drawn, counted=0),
        curve=curve,
    )


def _fnir(
    comparisons: Comparisons, searches: Searches, drawn: NDArray[np.float64], target: float, people: int
) -> tuple[Estimate, tuple[float, str]]:
    """Who searches is drawn anew; the gallery stays, so that its size stays what is stated."""
    if target * searches.subject.size >= 1:

        def counted(weights: Weights) -> float:
            return fnir_at(searches, threshold_at_fpir(searches, target, weights), weights)

        return rate_over_subjects(counted, drawn, counted=people), (threshold_at_fpir(searches, target), "counted")
    fmr = tails.fmr_for(gallery=max(1, searches.gallery - 1), fpir=target)

    def threshold(weights: Weights | None = None) -> float:
        try:
            return tails.fitted(redrawn(comparisons, weights)).threshold(fmr)
        except ValueError:
            return float("nan")

    def extrapolated(weights: Weights) -> float:
        at = threshold(weights)
        return fnir_at(searches, at, weights) if np.isfinite(at) else float("nan")

    found = rate_over_subjects(extrapolated, drawn[:FITS], counted=people)
    return found, (threshold(), "extrapolated")


def redrawn(comparisons: Comparisons, weights: Weights | None) -> Distances:
    """The distances of two people as if each subject were there as often as it was drawn."""
    if weights is None:
        return comparisons.non_mated
    times = (weights[comparisons.one] * weights[comparisons.other]).astype(np.int64)
    return np.repeat(comparisons.non_mated, times)


def as_data(found: Figures, comparisons: Comparisons, searches: Searches) -> dict[str, Any]:
    """For JSON: `eer`, `fnir_at_fpir_1pct` and the like as numbers, each with `_low` and `_high`."""
    data: dict[str, Any] = {
        **flat("eer", found.eer),
        "eer_threshold": found.eer_threshold,
        "gallery_size": searches.gallery,
        "comparisons": {"mated": int(comparisons.mated.size), "non_mated": int(comparisons.non_mated.size)},
        "searches": {"mated": int(np.isfinite(searches.mate).sum()), "non_mated": int(searches.subject.size)},
    }
    for target, estimate in found.fnir.items():
        threshold, how = found.thresholds[target]
        name = f"fnir_at_fpir_{percent(target)}"
        data |= flat(name, estimate)
        data |= {
            f"{name}_threshold": threshold,
            f"{name}_how": how,
            f"{name}_fpir_counted": fpir_at(searches, threshold),
        }
    for fmr, estimate in found.fnmr_at_fmr.items():
        data |= flat(f"fnmr_at_fmr_{percent(fmr)}", estimate)
    data |= flat("separation", found.separation)
    data["det"] = det(found.curve, comparisons)
    return data


def flat(name: str, estimate: Estimate) -> dict[str, Any]:
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def percent(rate: float) -> str:
    """0.001 as "0_1pct"."""
    return f"{rate * 100:g}pct".replace(".", "_")


def det(curve: Tradeoff, comparisons: Comparisons) -> dict[str, list[float]]:
    """The curve in at most 120 points, evenly among its thresholds, and on to where half of all strangers match."""
    steps = np.unique(np.linspace(0, curve.thresholds.size - 1, _DET_POINTS).astype(int))
    count = comparisons.non_mated.size
    ranks = np.unique(np.geomspace(1, max(1, count // 2), _DET_POINTS // 4).astype(int))
    ranks = ranks[comparisons.non_mated[ranks - 1] > curve.thresholds[-1]]
    return {
        "threshold": [*curve.thresholds[steps].tolist(), *comparisons.non_mated[ranks - 1].tolist()],
        "fmr": [*curve.fmr[steps].tolist(), *(ranks / count).tolist()],
        "fnmr": [*curve.fnmr[steps].tolist(), *[0.0] * ranks.size],
    }
