"""How far a measured rate can be trusted.

Two methods, for two kinds of figure:

- **Counts of independent trials** (presentations of an attack, images at the quality gate): Clopper and Pearson's exact
  interval (1934). It never promises more than it holds, which Wilson's shorter one does for few trials and rare errors,
  and both are the rule here. Where nothing (or everything) failed, the one-sided bound is given: "the rule of three",
  at most about 3 / n with 95 % confidence (Hanley and Lippman-Hand, 1983).
- **Rates over comparisons and searches**: those of one person are not independent, so that n comparisons are worth far
  fewer than n trials. Subjects are drawn with replacement, and a figure is computed anew from each draw (bootstrap over
  subjects: Bolle, Ratha and Pankanti, 2004; ISO/IEC 19795-1, annex on uncertainty). No draw of a set without an error
  ever shows one: there the rule of three over subjects gives the upper end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

CONFIDENCE = 0.95

Weights = NDArray[np.float64]
"""(subjects,): how many times each subject counts in a draw."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the 95 % interval about it."""

    value: float
    low: float
    high: float


def of_count(errors: int, trials: int) -> Estimate:
    """The rate of `errors` in independent `trials`. Raises ValueError when there was no trial, or more errors than those."""
    if not 0 <= errors <= trials or trials == 0:
        raise ValueError(f"{errors} errors in {trials} trials give no rate.")
    spare = 1 - CONFIDENCE
    side = spare if errors in (0, trials) else spare / 2
    low = float(beta.ppf(side, errors, trials - errors + 1)) if errors else 0.0
    high = float(beta.ppf(1 - side, errors + 1, trials - errors)) if errors < trials else 1.0
    return Estimate(errors / trials, low, high)


def draws(subjects: int, *, count: int, seed: int) -> NDArray[np.float64]:
    """(count, subjects): each row the number of times each subject was drawn, `subjects` draws with replacement."""
    random = np.random.default_rng([seed, subjects])
    return random.multinomial(subjects, np.full(subjects, 1 / subjects), size=count).astype(np.float64)


def over_subjects(statistic: Callable[[Weights], float], drawn: NDArray[np.float64]) -> Estimate:
    """`statistic` of all subjects once, and the percentiles of it over `drawn`; draws in which it is not defined (NaN)
    are left out. The interval always holds the value itself, and is NaN when no draw defines it."""
    return percentiles(statistic(np.ones(drawn.shape[1])), [statistic(weights) for weights in drawn])


def percentiles(value: float, again: Sequence[float]) -> Estimate:
    """`value`, and the middle 95 % of what it was when it was found `again`."""
    spread = np.array([each for each in again if np.isfinite(each)])
    if not spread.size or not np.isfinite(value):
        return Estimate(value, float("nan"), float("nan"))
    low, high = np.quantile(spread, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(value, min(value, float(low)), max(value, float(high)))


def rate_over_subjects(statistic: Callable[[Weights], float], drawn: NDArray[np.float64], *, counted: int) -> Estimate:
    """As `over_subjects`, for an error rate of `counted` subjects: where it is 0, the upper end is at least the rule of
    three's."""
    found = over_subjects(statistic, drawn)
    if found.value != 0 or not counted:
        return found
    bound = of_count(0, counted).high
    return Estimate(found.value, found.value, max(bound, found.high if np.isfinite(found.high) else 0.0))
