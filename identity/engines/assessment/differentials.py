"""Whether errors fall on some people more than on others (ISO/IEC 19795-10: differential performance).

For each column that says something about people, and each group in it: the EER among its own members, and the rates at one
common threshold: FNMR of the group's own mated comparisons, FMR of comparisons of two people of the same group, FNIR and FPIR of searches by its
members. A ratio sets each against the same rate of the other groups together. Groups under five people are not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from identity.engines.assessment.intervals import Estimate, Weights, over_subjects, rate_over_subjects
from identity.engines.assessment.rates import Comparisons, equal_error_rate, tradeoff
from identity.engines.assessment.searches import Searches

LEAST_PEOPLE = 5
_MOST_GROUPS = 12
_NUMERIC_GROUPS = 3

Members = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Differential:
    """One rate of one group, and its `ratio` to that of the other groups: None where either is 0 or not defined."""

    column: str
    group: str
    people: int
    rate: str
    estimate: Estimate
    ratio: Estimate | None


def grouped(values: Sequence[str | None]) -> Mapping[str, Members]:
    """Groups of five people or more: by value, or thirds of equal size where every value is a number and there are more
    than twelve of them."""
    known = sorted({value for value in values if value is not None})
    numbers = [_number(value) for value in values]
    if len(known) > _MOST_GROUPS:
        if any(number is None and value is not None for number, value in zip(numbers, values, strict=True)):
            return {}
        return _thirds(np.array([np.nan if number is None else number for number in numbers]))
    groups = {value: np.array([other == value for other in values]) for value in known}
    return {name: members for name, members in groups.items() if members.sum() >= LEAST_PEOPLE}


def differentials(
    comparisons: Comparisons,
    searches: Searches,
    columns: Mapping[str, Sequence[str | None]],
    threshold: float,
    drawn: NDArray[np.float64],
) -> Iterator[Differential]:
    """Every column, group and rate at `threshold`, with bootstrap intervals."""
    for column, values in columns.items():
        groups = grouped(values)
        if len(groups) < 2:
            continue
        for name, members in groups.items():
            others = [group for other, group in groups.items() if other != name]
            for rate, of in _RATES.items():
                yield _differential(
                    column, name, rate, members, of(comparisons, searches, threshold, [members]),
                    of(comparisons, searches, threshold, others), drawn,
                )  # fmt: skip


def _differential(
    column: str,
    group: str,
    rate: str,
    members: Members,
    own: Callable[[Weights], float],
    others: Callable[[Weights], float],
    drawn: NDArray[np.float64],
) -> Differential:
    def ratio(weights: Weights) -> float:
        below = others(weights)
        return own(weights) / below if below > 0 else float("nan")

    people = int(members.sum())
    everyone = np.ones(members.size)
    measurable = own(everyone) > 0 and others(everyone) > 0
    return Differential(
        column=column,
        group=group,
        people=people,
        rate=rate,
        estimate=rate_over_subjects(own, drawn, counted=people),
        ratio=over_subjects(ratio, drawn) if measurable else None,
    )


def _fnmr(
    comparisons: Comparisons, searches: Searches, threshold: float, groups: Sequence[Members]
) -> Callable[[Weights], float]:
    mine = np.any(groups, axis=0)[comparisons.whose]
    whose, missed = comparisons.whose[mine], comparisons.mated[mine] > threshold
    return lambda weights: _share(weights[whose], missed)


def _fmr(
    comparisons: Comparisons, searches: Searches, threshold: float, groups: Sequence[Members]
) -> Callable[[Weights], float]:
    same = np.any([group[comparisons.one] & group[comparisons.other] for group in groups], axis=0)
    one, other = comparisons.one[same], comparisons.other[same]
    matched = comparisons.non_mated[same] <= threshold
    return lambda weights: _share(weights[one] * weights[other], matched)


def _fnir(
    comparisons: Comparisons, searches: Searches, threshold: float, groups: Sequence[Members]
) -> Callable[[Weights], float]:
    mine = np.any(groups, axis=0)[searches.subject] & np.isfinite(searches.mate)
    who, missed = searches.subject[mine], searches.mate[mine] > threshold
    return lambda weights: _share(weights[who], missed)


def _fpir(
    comparisons: Comparisons, searches: Searches, threshold: float, groups: Sequence[Members]
) -> Callable[[Weights], float]:
    mine = np.any(groups, axis=0)[searches.subject]
    who, stopped = searches.subject[mine], searches.nearest[mine] <= threshold
    return lambda weights: _share(weights[who], stopped)


def _eer(
    comparisons: Comparisons, searches: Searches, threshold: float, groups: Sequence[Members]
) -> Callable[[Weights], float]:
    mine = np.any(groups, axis=0)[comparisons.whose]
    same = np.any([group[comparisons.one] & group[comparisons.other] for group in groups], axis=0)
    own = Comparisons(
        comparisons.mated[mine],
        comparisons.whose[mine],
        comparisons.non_mated[same],
        comparisons.one[same],
        comparisons.other[same],
        comparisons.count,
    )
    if not own.mated.size or not own.non_mated.size:
        return lambda weights: float("nan")
    return lambda weights: equal_error_rate(tradeoff(own, weights))[0]


_RATES = {"eer": _eer, "fmr": _fmr, "fnmr": _fnmr, "fpir": _fpir, "fnir": _fnir}


def _share(weights: Weights, errors: NDArray[np.bool_]) -> float:
    total = weights.sum()
    return float(weights[errors].sum() / total) if total else float("nan")


def _number(value: str | None) -> float | None:
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


def _thirds(numbers: NDArray[np.float64]) -> Mapping[str, Members]:
    known = numbers[np.isfinite(numbers)]
    edges = np.quantile(known, np.linspace(0, 1, _NUMERIC_GROUPS + 1))
    groups = {}
    for number, (low, high) in enumerate(pairwise(edges)):
        last = number == _NUMERIC_GROUPS - 1
        members = (numbers >= low) & ((numbers <= high) if last else (numbers < high))
        if members.sum() >= LEAST_PEOPLE:
            groups[f"{low:.3g} to {high:.3g}" if last else f"{low:.3g} to under {high:.3g}"] = members
    return groups
