"""Trains the model that `ebm.py` reads, and says how well it does on accounts it never saw."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.engines.features import FEATURES, NAMES

# The same seed and data give the same model: a trained file can be made again and compared.
SEED = 20_241_101


def train(rows: Sequence[Sequence[float]], labels: Sequence[int]) -> dict[str, Any]:
    """interpret's JSON of a model fitted to rows of features (NaN: unknown) and labels (1: bot).

    The importing of interpret takes seconds, so it waits until somebody trains.
    """
    from interpret.glassbox import ExplainableBoostingClassifier

    model = ExplainableBoostingClassifier(
        feature_names=list(NAMES),
        feature_types=["continuous"] * len(NAMES),
        interactions=0,
        max_bins=64,
        outer_bags=8,
        monotone_constraints=[feature.monotone for feature in FEATURES],
        random_state=SEED,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        # It warns that missing values are not plotted and that its JSON may change; a lock holds its version.
        warnings.simplefilter("ignore", UserWarning)
        model.fit(np.array(rows, dtype=float), np.array(labels))
        exported: dict[str, Any] = model.to_jsonable(detail="minimal")
    return exported


def area_under_curve(scores: Sequence[float], labels: Sequence[int]) -> float:
    """The chance that a bot scores above a human, ties counting half (Mann-Whitney)."""
    values, truth = np.array(scores), np.array(labels, dtype=bool)
    bots, humans = values[truth], np.sort(values[~truth])
    below = np.searchsorted(humans, bots, side="left")
    ties = np.searchsorted(humans, bots, side="right") - below
    return float((below + ties / 2).mean() / len(humans))


def threshold_at(scores: Sequence[float], labels: Sequence[int], *, false_positive_rate: float) -> float:
    """The score that this share of humans pass."""
    humans = np.array(scores)[~np.array(labels, dtype=bool)]
    return float(np.quantile(humans, 1 - false_positive_rate))


def shares_above(
    scores: Sequence[float], chosen: Sequence[bool], groups: Sequence[str], *, threshold: float
) -> Mapping[str, dict[str, float | int]]:
    """Of the chosen accounts of each group, how many there are and what share score above the threshold."""
    values: NDArray[np.float64] = np.array(scores)
    answer: dict[str, dict[str, float | int]] = {}
    for group in sorted(set(groups)):
        here = np.array([picked and each == group for picked, each in zip(chosen, groups, strict=True)])
        if here.any():
            answer[group] = {"accounts": int(here.sum()), "share": round(float((values[here] > threshold).mean()), 4)}
    return answer
