"""Whether two protected codes betray that they are of one person: Gomez-Barrero, Galbally, Rathgeb and Busch, "General
Framework to Evaluate Unlinkability in Biometric Template Protection Systems", IEEE TIFS 13(6), 2018."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identity.engines.assessment.systems import Matrix

MOST_BINS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Linkability:
    """`d_sys` from 0 (nothing can be linked) to 1 (everything can); `local` is D<->(s) at each of `scores`, with the
    densities of scores of the same and of different people."""

    d_sys: float
    scores: Matrix
    local: Matrix
    mated: Matrix
    non_mated: Matrix


def local_measure(mated: Matrix, non_mated: Matrix, *, omega: float = 1.0) -> Matrix:
    """D<->(s) = p(Hm|s) - p(Hnm|s) where that is above 0, else 0; from the densities p(s|Hm) and p(s|Hnm).

    `omega` is p(Hm)/p(Hnm). With LR = p(s|Hm)/p(s|Hnm): 2 omega LR / (1 + omega LR) - 1, equation 8 of the paper.
    """
    weighted = omega * mated
    total = weighted + non_mated
    difference: Matrix = np.divide(2 * weighted, total, out=np.ones_like(total), where=total > 0) - 1
    return difference.clip(0, 1)


def linkability(
    mated: Matrix, non_mated: Matrix, *, omega: float = 1.0, bins: int | None = None, step: float = 0.0
) -> Linkability:
    """D_sys, the mean of D<->(s) over the scores of the same people, with histograms for densities.

    As many bins as the authors' own code: a tenth of the mated scores, at most 100; fewer where scores come in steps of
    `step`, so that each bin holds as many steps. Histograms of few scores differ by chance, so D_sys of finite samples is
    above 0 even where nothing is linked: compare it with `floor`.
    """
    count = bins or max(2, min(mated.size // 10, MOST_BINS))
    everything = np.concatenate([mated, non_mated])
    low, high = float(everything.min()), float(everything.max())
    if step:
        width = step * np.ceil(((high - low) / step + 1) / count)
        edges = np.arange(low - step / 2, high + width, width)
    else:
        edges = np.linspace(low, high if high > low else low + 1, count + 1)
    same, other = (np.histogram(scores, edges)[0] / scores.size for scores in (mated, non_mated))
    local = local_measure(same, other, omega=omega)
    width = edges[1] - edges[0]
    return Linkability(float((same * local).sum()), (edges[:-1] + edges[1:]) / 2, local, same / width, other / width)


def floor(
    non_mated: Matrix, mated: int, *, random: np.random.Generator, step: float = 0.0, times: int = 20
) -> tuple[float, float]:
    """Mean and largest D_sys of scores of different people alone: `mated` of them against the others, drawn anew each time."""
    found = []
    for _ in range(times):
        mixed: NDArray[np.float64] = random.permutation(non_mated)
        found.append(linkability(mixed[:mated], mixed[mated:], step=step).d_sys)
    return float(np.mean(found)), float(np.max(found))
