"""An Explainable Boosting Machine (Nori et al. 2019, arXiv:1909.09223), read from interpret's own JSON.

Without interactions it is one table of log-odds for each feature, so a score is a sum of looked-up numbers and each is
its own explanation. Reading the tables needs numpy only: a worker neither unpickles a model nor loads the trainer.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.engines.features import NAMES, sentence_of
from moderation.engines.port import Likelihood, Reason

MODEL_FILE = Path(__file__).parent / "data" / "bot_likelihood.json"
MOST_REASONS = 4
# A contribution under this many log-odds explains nothing that a person should be told.
SMALLEST_CONTRIBUTION = 0.05


@dataclass(frozen=True)
class _Term:
    cuts: NDArray[np.float64]
    scores: NDArray[np.float64]

    def contributions(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        # interpret's bins: 0 is for missing values, then one more than there are cuts; the last is never met here.
        bins = np.where(np.isnan(values), 0, np.searchsorted(self.cuts, values, side="right") + 1)
        looked_up: NDArray[np.float64] = self.scores[bins]
        return looked_up


class ExplainableBoostingScorer:
    """`BotScorer` on a file made by `manage.py train_bot_model`.

    Raises ValueError for a file that was trained on other features than this code measures.
    """

    def __init__(self, path: Path = MODEL_FILE) -> None:
        content: dict[str, Any] = json.loads(path.read_text())
        self._version = str(content["version"])
        model = content["model"]["ebm"]
        self._intercept = float(model["intercept"][0])
        cuts = {each["name"]: each["cuts"][0] for each in model["features"]}
        scores = {
            each["term_features"][0]: each["scores"] for each in model["terms"] if len(each["term_features"]) == 1
        }
        if set(scores) != set(NAMES) or len(model["terms"]) != len(NAMES):
            raise ValueError(f"{path.name} was trained on other features: run manage.py train_bot_model.")
        self._terms = [_Term(np.array(cuts[name], dtype=float), np.array(scores[name], dtype=float)) for name in NAMES]

    @property
    def version(self) -> str:
        return self._version

    def score(self, rows: Sequence[Sequence[float]]) -> list[Likelihood]:
        if not rows:
            return []
        values = np.array(rows, dtype=float)
        parts = np.column_stack([term.contributions(values[:, place]) for place, term in enumerate(self._terms)])
        odds = self._intercept + parts.sum(axis=1)
        return [
            Likelihood(_probability(float(total)), _reasons(row, part))
            for total, row, part in zip(odds, values, parts, strict=True)
        ]


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, log_odds))))


def _reasons(values: NDArray[np.float64], parts: NDArray[np.float64]) -> tuple[Reason, ...]:
    largest = [int(place) for place in np.argsort(-np.abs(parts)) if abs(parts[place]) >= SMALLEST_CONTRIBUTION]
    known = [place for place in largest if not math.isnan(values[place])]
    return tuple(
        Reason(NAMES[place], float(values[place]), float(parts[place]), sentence_of(NAMES[place], float(values[place])))
        for place in known[:MOST_REASONS]
    )
