"""What the report's two files hold: numbers for programs, and the context of the page for people."""

from __future__ import annotations

import math
from typing import Any

from identity.engines.assessment.charts import charts
from identity.engines.assessment.verdicts import verdicts

_DIGITS = 6


def plain(value: Any) -> Any:
    """The same data with six significant digits, and null where there is no number."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    return value


def page(data: dict[str, Any]) -> dict[str, Any]:
    """The context of report.html, from the (plain) data of report.json."""
    drawn = charts(data)
    shown = ("pipeline", "protected", "sface", "dlib")
    rates = ("eer", "fnir_at_fpir_1pct", "fnir_at_fpir_0_1pct", "fnmr_at_fmr_0_1pct")
    return {
        "data": data,
        "verdicts": verdicts(data),
        "charts": drawn,
        "systems": [
            {
                "name": name,
                "what": data["systems"][name]["what"],
                "gallery": data["systems"][name]["gallery_size"],
                "rates": [_rate(data["systems"][name], rate) for rate in rates],
                "how": data["systems"][name]["fnir_at_fpir_0_1pct_how"],
            }
            for name in shown
        ],
        "differentials": [
            {"column": column, "chart": drawn.get(f"differential {column}"), "rows": _unequal(data, column)}
            for column in data["input"]["columns"]
        ],
        "degradations": [
            row
            | {
                "rejected_text": _rate(row, "rejected"),
                "fnir_text": _rate(row, "fnir"),
                "ungated_text": _rate(row, "fnir_without_gate"),
                "reasons_text": _reasons(row["reasons"]),
            }
            for row in data["degradations"]
        ],
        "attacks": [
            {
                "kind": kind.replace("_", " "),
                "what": each["what"],
                "presentations": each["presentations"],
                "apcer": _rate(each, "apcer"),
                "apnrr": _rate(each, "apnrr"),
                "gestures": ", ".join(
                    gesture.replace("_", " ") for gesture, share in each["gestures"].items() if share["passed"] > 0
                ),
            }
            for kind, each in data["presentation_attacks"].get("kinds", {}).items()
        ],
        "puppet": _puppet(data["presentation_attacks"]),
        "proposals": [
            each
            | {
                "fmr_text": f"{each['fmr']:.1e}",
                "threshold_text": _distance(each),
                "beyond_text": f"{10 ** max(0.0, each['decades_beyond_data']):,.0f} times",
                "house_fpir_text": f"{each['house_fpir']:.2%}",
            }
            for each in data["thresholds"].get("proposals", [])
        ],
        "reasons": _reasons(data["quality_gate"]["reasons"]),
    }


def _rate(row: dict[str, Any], name: str) -> str:
    value, low, high = (row.get(key) for key in (name, f"{name}_low", f"{name}_high"))
    if value is None:
        return "–"
    return f"{value:.2%}" if low is None or high is None else f"{value:.2%} ({low:.2%} to {high:.2%})"


def _puppet(attacks: dict[str, Any]) -> dict[str, str]:
    performed = attacks.get("puppet_performance")
    if not performed:
        return {}
    rates = {name: _rate(performed, name) for name in ("bpcer", "bpnrr", "injection_apcer")}
    return {**rates, "presentations": f"{performed['presentations']}"}


def _ratio(row: dict[str, Any]) -> str:
    if row["ratio"] is None or row["ratio_low"] is None:
        return "not measurable"
    return f"{row['ratio']:.2f} ({row['ratio_low']:.2f} to {row['ratio_high']:.2f})"


def _distance(row: dict[str, Any]) -> str:
    if row["threshold_low"] is None:
        return f"{row['threshold']:.3f}"
    return f"{row['threshold']:.3f} ({row['threshold_low']:.3f} to {row['threshold_high']:.3f})"


def _reasons(reasons: dict[str, int]) -> str:
    return ", ".join(f"{code.replace('_', ' ')}: {count}" for code, count in reasons.items()) or "none"


def _unequal(data: dict[str, Any], column: str) -> list[dict[str, str]]:
    return [
        {
            "system": system,
            "group": f"{row['group']} ({row['people']})",
            "rate": row["rate"].upper(),
            "value": _rate(row, "value"),
            "ratio": _ratio(row),
        }
        for system in ("pipeline", "dlib")
        for row in data["differentials"]["systems"][system]
        if row["column"] == column and row["rate"] in ("eer", "fmr", "fnmr", "fpir")
    ]
