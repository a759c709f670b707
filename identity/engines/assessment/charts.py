"""The plots of the report, from the data of report.json."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

from scipy.special import ndtri

from identity.engines.assessment.drawing import Axis, Line, Mark, Scale, intervals, linear, lines

_RATES = (0.0001, 0.001, 0.01, 0.05, 0.2, 0.5)
_SYSTEMS = {"pipeline": "the house", "protected": "SFace's codes", "sface": "SFace", "dlib": "second opinion"}
_RATIOS = (0.1, 0.25, 0.5, 1, 2, 4, 10, 25, 100)


def charts(data: dict[str, Any]) -> dict[str, str]:
    """SVG by name; a part that could not be measured has none."""
    drawn = {
        "distances": _distances(data),
        "det": _det(data),
    }
    if data["degradations"]:
        drawn["degradations"] = _degradations(data["degradations"])
    if "kinds" in data["presentation_attacks"]:
        drawn["attacks"] = _attacks(data["presentation_attacks"])
    if "tail" in data["thresholds"]:
        drawn["thresholds"] = _thresholds(data["thresholds"])
    for column in data["input"]["columns"]:
        rows = [row for row in data["differentials"]["systems"]["pipeline"] if row["column"] == column]
        if rows:
            drawn[f"differential {column}"] = _differential(column, data["differentials"]["systems"])
    return drawn


def _distances(data: dict[str, Any]) -> str:
    shares, house = data["systems"]["protected"]["histogram"], data["systems"]["pipeline"]["house"]
    middles = [(low + high) / 2 for low, high in zip(shares["edges"], shares["edges"][1:], strict=False)]
    most = max(*shares["mated"], *shares["non_mated"])
    return lines(
        "Distances between protected codes",
        "Two humps: images of one person on the left, of two people on the right, and the house's thresholds between.",
        Axis(
            "distance (share of differing bits)", [(tick / 10, f"{tick / 10:.1f}") for tick in range(7)], linear(0, 0.6)
        ),
        Axis("share of comparisons", [(0.0, "0"), (most, f"{most:.0%}")], linear(0, most)),
        [
            Line("one person", list(zip(middles, shares["mated"], strict=True)), 0, filled=True),
            Line("two people", list(zip(middles, shares["non_mated"], strict=True)), 1, filled=True),
        ],
        upright=[(house["duplicate"], "refused below"), (house["review"], "reviewed below")],
    )


def _det(data: dict[str, Any]) -> str:
    drawn = []
    for series, (system, name) in enumerate(_SYSTEMS.items()):
        curve, count = data["systems"][system]["det"], data["systems"][system]["comparisons"]
        points = [
            (max(fmr, 0.5 / count["non_mated"]), max(fnmr, 0.5 / count["mated"]))
            for fmr, fnmr in zip(curve["fmr"], curve["fnmr"], strict=True)
        ]
        drawn.append(Line(name, points, series))
    ticks = [(rate, f"{rate:.2%}") for rate in _RATES]
    return lines(
        "Detection error tradeoff",
        "False non-match rate against false match rate, on normal deviates; a rate of zero is drawn at half an error.",
        Axis("false match rate", ticks, _deviate(0.00002, 0.6)),
        Axis("false non-match rate", ticks, _deviate(0.00005, 0.97)),
        drawn,
    )


def _thresholds(data: dict[str, Any]) -> str:
    tail = data["curve"]
    counted = list(zip(data["counted"]["distance"], data["counted"]["fmr"], strict=True))
    low, high = min(tail["fmr"]), max(tail["fmr"])
    decades = range(ceil(log10(low) - 1e-9), floor(log10(high)) + 1)
    ticks = [(10.0**decade, f"1e{decade}") for decade in decades]
    edge = min(tail["distance"] + data["counted"]["distance"])
    far = max(data["counted"]["distance"])
    span = [edge + step * (far - edge) / 5 for step in range(6)]
    return lines(
        "False match rate by threshold",
        "Counted where the set has comparisons, and the fitted tail that is read where it has none.",
        Axis("distance (share of differing bits)", [(value, f"{value:.2f}") for value in span], linear(edge, far)),
        Axis("false match rate", ticks, _log(low, high)),
        [
            Line("counted", counted, 0),
            Line("fitted tail", list(zip(tail["distance"], tail["fmr"], strict=True)), 1),
        ],
    )


def _attacks(data: dict[str, Any]) -> str:
    rows = [
        (kind.replace("_", " "), [Mark(each["apcer"], each["apcer_low"], each["apcer_high"], 1)])
        for kind, each in data["kinds"].items()
    ]
    puppet = data["puppet_performance"]
    rows.append(("injected performance (the puppet)", [_mark(puppet, "injection_apcer", 1)]))
    return intervals(
        "Attacks taken for a living person (APCER)",
        "One row for each kind of attack, with its 95 % interval.",
        _share_axis("share of presentations"),
        rows,
    )


def _degradations(rows: Sequence[dict[str, Any]]) -> str:
    drawn = []
    for row in rows:
        marks = [_mark(row, "rejected", 0)]
        if row["fnir_without_gate"] is not None:
            marks.append(_mark(row, "fnir_without_gate", 1))
        drawn.append((f"{row['kind']}, {row['strength']:g}", marks))
    return intervals(
        "Poor captures",
        "For each degradation, the share that the quality gate turns away, and the share of people missed without a gate.",
        _share_axis("share of probes"),
        drawn,
        names=("turned away by the gate", "missed, had there been no gate"),
    )


def _differential(column: str, systems: dict[str, Any]) -> str:
    wanted = {"protected": 0, "dlib": 1}
    groups: dict[str, list[Mark]] = {}
    for system, series in wanted.items():
        for row in systems[system]:
            if row["column"] == column and row["rate"] == "fpir" and row["ratio"] and row["ratio_low"] is not None:
                label = f"{row['group']} ({row['people']} people)"
                groups.setdefault(label, []).append(_mark(row, "ratio", series))
    return intervals(
        f"False positives by {column}, as ratios",
        "How many times as often searches by a group return a stranger as searches by the others; 1 is equal.",
        Axis("ratio to the other groups", [(tick, f"{tick:g}") for tick in _RATIOS], _log(0.1, 100)),
        list(groups.items()),
        names=("SFace's codes", "second opinion"),
    )


def _mark(row: dict[str, Any], name: str, series: int) -> Mark:
    return Mark(row[name], row[f"{name}_low"], row[f"{name}_high"], series)


def _share_axis(label: str) -> Axis:
    return Axis(label, [(tick / 4, f"{tick / 4:.0%}") for tick in range(5)], linear(0, 1))


def _deviate(low: float, high: float) -> Scale:
    within = linear(float(ndtri(low)), float(ndtri(high)))
    return lambda rate: within(float(ndtri(min(max(rate, low), high))))


def _log(low: float, high: float) -> Scale:
    within = linear(log10(low), log10(high))
    return lambda value: within(log10(max(value, low)))
