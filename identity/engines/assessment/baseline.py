"""Whether the pipeline has got worse than when its figures were last agreed on."""

from __future__ import annotations

from typing import Any

# The rates that a baseline holds the pipeline to: worse is more, beyond the upper end of the baseline's interval.
RATES = ("eer", "fnir_at_fpir_1pct", "fnir_at_fpir_0_1pct")


def as_baseline(data: dict[str, Any]) -> dict[str, Any]:
    """The part of report.json that is committed: rates and intervals by system, and what they were measured on."""
    return {
        "schema_version": data["schema_version"],
        "input": {name: data["input"][name] for name in ("people", "images", "fingerprint")},
        "versions": data["versions"],
        "systems": {
            system: {
                name: found[name]
                for name in found
                if name == "gallery_size" or (name.startswith((*RATES, "separation")) and "_how" not in name)
            }
            for system, found in data["systems"].items()
        },
    }


def worse(data: dict[str, Any], baseline: dict[str, Any]) -> list[str]:
    """A sentence for everything in which the pipeline is worse than the baseline beyond its interval; empty when nothing is.

    Rates may not exceed the upper end. On an easy set they are all 0 and their intervals wide, so the separation (d') of
    the two kinds of comparison is held to its lower end too: it falls long before errors appear.
    """
    if data["input"]["fingerprint"] != baseline["input"]["fingerprint"]:
        return ["The baseline was measured on other images: the two cannot be compared."]
    now, then = data["systems"]["pipeline"], baseline["systems"]["pipeline"]
    found = []
    for rate in RATES:
        if now[rate] is None or now[rate] > then[f"{rate}_high"]:
            found.append(
                f"{rate} of the pipeline is {now[rate]}; the baseline is {then[rate]}, at most {then[f'{rate}_high']}."
            )
    if now["separation"] is None or now["separation"] < then["separation_low"]:
        found.append(
            f"The separation (d') of the pipeline is {now['separation']}; the baseline is {then['separation']}, at least"
            f" {then['separation_low']}."
        )
    return found
