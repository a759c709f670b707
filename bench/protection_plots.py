"""Pictures of what bench.protection measures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from bench.errors import ErrorRates
from bench.unlinkability import Linkability


def plot_accuracy(shown: dict[str, list[ErrorRates]], path: Path) -> None:
    """FNIR at FPIR 1 % before protection and at each code length, with intervals."""
    figure = Figure(figsize=(4 * len(shown), 4), layout="constrained")
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    for panel, (name, rows) in zip(panels, shown.items(), strict=True):
        middles = [row.fnir_at_fpir_1pct for row in rows]
        below = [max(0.0, row.fnir_at_fpir_1pct - row.fnir_at_fpir_1pct_interval[0]) for row in rows]
        above = [max(0.0, row.fnir_at_fpir_1pct_interval[1] - row.fnir_at_fpir_1pct) for row in rows]
        panel.errorbar([row.system for row in rows], middles, yerr=[below, above], fmt="o", capsize=4)
        panel.set_title(f"{name}, {rows[0].people} people", fontsize=9)
        panel.tick_params(axis="x", labelrotation=40, labelsize=8)
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("FNIR at FPIR 1 %")
    figure.savefig(path, dpi=110)


def plot_linkability(curves: dict[str, Linkability], path: Path) -> None:
    """Densities of the scores of one person's codes and of two people's, and D<->(s) over them."""
    figure = Figure(figsize=(5 * len(curves), 4), layout="constrained")
    panels = figure.subplots(1, len(curves), squeeze=False)[0]
    for panel, (name, found) in zip(panels, curves.items(), strict=True):
        panel.plot(found.scores, found.mated, label="one person", linewidth=1)
        panel.plot(found.scores, found.non_mated, label="two people", linewidth=1)
        panel.set_title(f"{name}: D_sys {found.d_sys:.3f}", fontsize=10)
        panel.set_xlabel("share of differing bits")
        panel.set_yticks([])
        panel.set_ylim(bottom=0)
        local = panel.twinx()
        local.plot(found.scores, found.local, color="tab:green", label="D<->(s)", linewidth=1)
        local.set_ylim(0, 1.05)
        panel.legend(fontsize=7, loc="upper left")
        local.legend(fontsize=7, loc="upper right")
    figure.savefig(path, dpi=110)


def plot_theft(rows: list[dict[str, Any]], path: Path) -> None:
    """Cosine and rank-one identification over the number of faces that a thief knows, a line an attack."""
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    lines: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["faces_known"]:
            lines.setdefault(f"{row['knows']} k people: {row['attack']}", []).append(row)
    for panel, what in ((left, "cosine"), (right, "rank_one")):
        for label, points in lines.items():
            panel.plot(
                [p["faces_known"] for p in points], [p[what] for p in points], marker="o", markersize=3, label=label
            )
        for row in rows:
            if not row["faces_known"]:
                panel.axhline(row[what], linestyle=":", color="grey", linewidth=1)
                panel.annotate(f"{row['knows']}: {row['attack']}", (10, row[what]), fontsize=6, va="bottom")
        panel.set_xscale("log")
        panel.set_xlabel("k, people whose face the thief knows")
        panel.set_ylim(0, 1.08)
        panel.grid(alpha=0.3)
    left.set_ylabel("cosine with the embedding")
    right.set_ylabel("found first among the other captures")
    right.legend(fontsize=6, loc="lower right")
    figure.savefig(path, dpi=110)
