"""Error rates of comparisons, one to one, in the terms of ISO/IEC 19795-1.

Scores are distances: two images match at a threshold when their distance is at most that. False match rate (FMR): share
of comparisons of two people that match. False non-match rate (FNMR): share of comparisons of one person's images that do
not. Equal error rate (EER): where the two meet. Rates are over images that were acquired; what was not is told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identity.engines.assessment.intervals import Weights

Distances = NDArray[np.float64]
Subjects = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Distances in rising order, with the subjects compared: `mated` of one person each (`whose`), `non_mated` of two
    (`one`, `other`). `count` subjects in all, numbered from 0."""

    mated: Distances
    whose: Subjects
    non_mated: Distances
    one: Subjects
    other: Subjects
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Tradeoff:
    """FMR and FNMR at each of the rising `thresholds`: the detection error tradeoff (DET)."""

    thresholds: Distances
    fmr: Distances
    fnmr: Distances


def compared(distances: Distances, subject: Subjects, count: int) -> Comparisons:
    """Every pair of images once, from a symmetric (images, images) matrix and the images' subjects."""
    first, second = np.triu_indices(len(subject), 1)
    return sorted_comparisons(distances[first, second], subject[first], subject[second], count)


def sorted_comparisons(distances: Distances, first: Subjects, second: Subjects, count: int) -> Comparisons:
    """Comparisons of any pairs: element i compares subject `first[i]` with `second[i]`."""
    order = np.argsort(distances, kind="stable")
    distances, first, second = distances[order], first[order], second[order]
    same = first == second
    return Comparisons(distances[same], first[same], distances[~same], first[~same], second[~same], count)


def tradeoff(comparisons: Comparisons, weights: Weights | None = None) -> Tradeoff:
    """Every distance up to the largest mated one as a threshold: above it FNMR is 0, and nothing is left to trade.

    Raises ValueError without comparisons of either kind.
    """
    if not comparisons.mated.size or not comparisons.non_mated.size:
        raise ValueError("Error rates need two images of one person, and two people.")
    mated, non_mated = comparisons.mated, comparisons.non_mated
    near = int(np.searchsorted(non_mated, mated[-1], side="right"))
    thresholds = np.unique(np.concatenate([mated, non_mated[:near]]))
    if weights is None:
        matched = np.searchsorted(mated, thresholds, side="right") / mated.size
        fmr = np.searchsorted(non_mated[:near], thresholds, side="right") / non_mated.size
        return Tradeoff(thresholds, fmr, 1 - matched)
    ours = weights[comparisons.whose]
    theirs = weights[comparisons.one[:near]] * weights[comparisons.other[:near]]
    total = _total(comparisons, weights)
    if not ours.sum() or not total:
        return Tradeoff(thresholds, np.full(thresholds.size, np.nan), np.full(thresholds.size, np.nan))
    matched = _share(mated, ours, thresholds) / ours.sum()
    return Tradeoff(thresholds, _share(non_mated[:near], theirs, thresholds) / total, 1 - matched)


def equal_error_rate(curve: Tradeoff) -> tuple[float, float]:
    """EER, and the threshold at which FMR and FNMR differ least (their mean there, as between two thresholds)."""
    gap = np.abs(curve.fmr - curve.fnmr)
    if not np.isfinite(gap).any():
        return float("nan"), float("nan")
    crossing = int(np.argmin(gap))
    return float(curve.fmr[crossing] + curve.fnmr[crossing]) / 2, float(curve.thresholds[crossing])


def fnmr_at(comparisons: Comparisons, threshold: float, weights: Weights | None = None) -> float:
    """NaN where nobody drawn has a mated comparison."""
    each = np.ones(comparisons.mated.size) if weights is None else weights[comparisons.whose]
    matched = int(np.searchsorted(comparisons.mated, threshold, side="right"))
    return float(each[matched:].sum() / each.sum()) if each.sum() else float("nan")


def fmr_at(comparisons: Comparisons, threshold: float, weights: Weights | None = None) -> float:
    """NaN where fewer than two people were drawn."""
    matched = int(np.searchsorted(comparisons.non_mated, threshold, side="right"))
    if weights is None:
        return matched / comparisons.non_mated.size if comparisons.non_mated.size else float("nan")
    each = weights[comparisons.one[:matched]] * weights[comparisons.other[:matched]]
    total = _total(comparisons, weights)
    return float(each.sum() / total) if total else float("nan")


def threshold_at_fmr(comparisons: Comparisons, fmr: float) -> float:
    """The largest distance of this set at which FMR is at most `fmr`; just below the closest strangers where that is 0."""
    allowed = int(fmr * comparisons.non_mated.size + 1e-9)
    return float(np.nextafter(comparisons.non_mated[min(allowed, comparisons.non_mated.size - 1)], -1))


def separation(comparisons: Comparisons, weights: Weights | None = None) -> float:
    """d': how many standard deviations lie between the means of the two kinds (Daugman, 2000). Tells a change for the
    worse where a set is too easy to show errors."""
    if weights is None:
        weights = np.ones(comparisons.count)
    ours, theirs = weights[comparisons.whose], weights[comparisons.one] * weights[comparisons.other]
    if not ours.sum() or not theirs.sum():
        return float("nan")
    (mean, spread), (other_mean, other_spread) = (
        _moments(comparisons.mated, ours),
        _moments(comparisons.non_mated, theirs),
    )
    pooled = np.sqrt((spread + other_spread) / 2)
    return float((other_mean - mean) / pooled) if pooled else float("nan")


def _total(comparisons: Comparisons, weights: Weights) -> float:
    return float((weights[comparisons.one] * weights[comparisons.other]).sum())


def _share(values: Distances, weights: Weights, thresholds: Distances) -> Distances:
    below = np.concatenate([[0.0], np.cumsum(weights)])
    return np.asarray(below[np.searchsorted(values, thresholds, side="right")], dtype=np.float64)


def _moments(values: Distances, weights: Weights) -> tuple[float, float]:
    mean = float(np.average(values, weights=weights))
    return mean, float(np.average((values - mean) ** 2, weights=weights))
