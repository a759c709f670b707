"""Plots of measured errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from scipy.special import ndtri

from identity.engines.assessment.figures import det
from identity.engines.assessment.rates import Comparisons, Distances, tradeoff

_TICKS = (0.0001, 0.001, 0.01, 0.05, 0.2, 0.5)


def plot_det(curves: dict[str, dict[str, Comparisons]], path: Path) -> None:
    """Detection error tradeoff (Martin et al., 1997), a panel a condition, a line a system: normal deviates of FMR and
    FNMR. A rate of zero is drawn at half an error, since a set cannot show less."""
    figure = Figure(figsize=(16, 9), layout="constrained")
    grid = figure.subplots(2, -(-len(curves) // 2), squeeze=False).ravel()
    for panel, (condition, systems) in zip(grid, curves.items(), strict=False):
        for system, comparisons in systems.items():
            curve = det(tradeoff(comparisons), comparisons)
            fmr = _deviate(curve["fmr"], comparisons.non_mated.size)
            panel.plot(fmr, _deviate(curve["fnmr"], comparisons.mated.size), label=system, linewidth=1)
        panel.set_title(condition)
        panel.set_xlabel("false match rate")
        panel.set_ylabel("false non-match rate")
        panel.set_xticks(ndtri(_TICKS), [f"{tick:.2%}" for tick in _TICKS], fontsize=7)
        panel.set_yticks(ndtri(_TICKS), [f"{tick:.2%}" for tick in _TICKS])
        panel.set_xlim(ndtri(0.00002), ndtri(0.6))
        panel.set_ylim(ndtri(0.001), ndtri(0.6))
        panel.grid(alpha=0.3)
    for panel in grid[len(curves) :]:
        panel.set_axis_off()
    grid[0].legend(fontsize=7)
    figure.savefig(path, dpi=110)


def _deviate(rates: list[float], count: int) -> Distances:
    return np.asarray(ndtri(np.clip(rates, 0.5 / count, 1 - 0.5 / count)), dtype=np.float64)
