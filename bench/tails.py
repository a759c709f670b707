"""False match rates beyond what a small set can count."""

from __future__ import annotations

import numpy as np
from scipy.stats import genpareto

from bench.captures import Matrix


def thresholds_at(non_mated: Matrix, rates: tuple[float, ...], *, share: float = 0.02) -> dict[float, float]:
    """Distances at which the false match rate is each of `rates`, by a generalised Pareto fit (Pickands, 1975) to the
    lowest `share` of the distances of two people. An extrapolation: it knows nothing of twins and siblings."""
    start = float(np.quantile(non_mated, share))
    shape, _, scale = genpareto.fit(start - non_mated[non_mated < start], floc=0)
    return {rate: start - float(genpareto.ppf(1 - rate / share, shape, 0, scale)) for rate in rates}
