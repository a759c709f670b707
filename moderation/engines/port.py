"""What scoring asks of a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature's part in a score. `contribution` is in log-odds; above zero it speaks for a bot."""

    feature: str
    value: float
    contribution: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Likelihood:
    """0 to 1, and the reasons with the largest contributions first."""

    score: float
    reasons: tuple[Reason, ...]


class BotScorer(Protocol):
    """Scores rows of features, each in the order of `features.FEATURES`, NaN where unknown."""

    @property
    def version(self) -> str:
        """Names the trained model; stored with every score."""

    def score(self, rows: Sequence[Sequence[float]]) -> list[Likelihood]:
        """One likelihood for each row."""
