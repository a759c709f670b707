"""False match rates beyond what a set can count, and the thresholds that follow from them.

A set of n comparisons of two people counts rates down to 1 / n. A search among N people with a false positive
identification rate (FPIR) of p needs a false match rate of about p / N, far less for any N of interest. The lowest
distances are therefore fitted by a generalised Pareto tail (Pickands, 1975; Coles, "An Introduction to Statistical
Modeling of Extreme Values", 2001) and the fit is read beyond them. That is an extrapolation: it takes the strangers to
come as in the set, and knows nothing of twins, siblings or a population that looks more alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import genpareto

from identity.engines.assessment.rates import Distances

SHARE = 0.02
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Tail:
    """The lowest `share` of the distances of two people lie below `start`; how far below follows a generalised Pareto
    distribution. `points` distances were fitted; `end` is the least distance that the fit allows (0 when it has none)."""

    start: float
    share: float
    shape: float
    scale: float
    points: int

    @property
    def end(self) -> float:
        return max(0.0, self.start + self.scale / self.shape) if self.shape < 0 else 0.0

    def threshold(self, fmr: float) -> float:
        """The distance at which FMR is `fmr`, 0 where the fit has strangers even there. Raises ValueError when that is not in the tail."""
        if not 0 < fmr <= self.share:
            raise ValueError(f"The tail tells of false match rates above 0 and up to {self.share:g}, not {fmr:g}.")
        return max(0.0, self.start - float(genpareto.ppf(1 - fmr / self.share, self.shape, 0, self.scale)))

    def fmr(self, threshold: float) -> float:
        """FMR at a distance of at most `start`."""
        return self.share * float(genpareto.sf(self.start - threshold, self.shape, 0, self.scale))


def fitted(non_mated: Distances, *, share: float | None = None) -> Tail:
    """By maximum likelihood, from the lowest `share` of the distances: 2 %, or fewer where that is more than 2,000.

    Raises ValueError when fewer than 10 distances are left to fit.
    """
    share = share or min(SHARE, _MOST / max(non_mated.size, 1))
    if non_mated.size * share < 10:
        raise ValueError(
            f"{non_mated.size} comparisons of two people are too few for a tail: {10 / SHARE:.0f} are needed."
        )
    start = float(np.quantile(non_mated, share))
    below = start - non_mated[non_mated < start]
    shape, _, scale = genpareto.fit(below, floc=0)
    return Tail(start, share, float(shape), float(scale), int(below.size))


def thresholds_at(non_mated: Distances, rates: tuple[float, ...]) -> dict[float, float]:
    """Distances at which the false match rate is each of `rates`, by the tail."""
    tail = fitted(non_mated, share=SHARE)
    return {rate: tail.threshold(rate) for rate in rates}


def fmr_for(*, gallery: int, fpir: float) -> float:
    """The FMR at which one search among `gallery` people returns a stranger with probability `fpir`, were the
    comparisons of a search independent: 1 - (1 - fpir)^(1 / gallery). Raises ValueError outside 0 < fpir < 1."""
    if gallery < 1 or not 0 < fpir < 1:
        raise ValueError("A gallery has at least one person, and a target FPIR lies between 0 and 1.")
    return float(-np.expm1(np.log1p(-fpir) / gallery))
