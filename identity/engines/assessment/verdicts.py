"""What the figures mean, in sentences for somebody who has never heard of a false match rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """A `question` and what this measurement has to say to it."""

    question: str
    sentences: tuple[str, ...]


def verdicts(data: dict[str, Any]) -> list[Verdict]:
    """In the order in which a reader would ask."""
    return [
        Verdict("Does it find a person who is enrolled already?", _finding(data)),
        Verdict("Does it stop strangers without cause?", _strangers(data)),
        Verdict("Does it treat everybody alike?", _alike(data)),
        Verdict("What happens with a poor picture?", _poor(data)),
        Verdict("Does it stop fakes?", _fakes(data["presentation_attacks"])),
        Verdict("What would it be among many more people?", _many(data["thresholds"], data["options"]["gallery"])),
    ]


def _finding(data: dict[str, Any]) -> tuple[str, ...]:
    house = data["systems"]["pipeline"]
    searches, value = house["searches"]["mated"], house["fnir_at_fpir_1pct"]
    if value is None or house["fnir_at_fpir_1pct_high"] is None:
        return (
            f"These are too few people to say: {house['gallery_size']}, of whom some have one picture. One stranger in a"
            " hundred cannot be counted among them.",
        )
    return (
        f"We searched {searches} times for people who were enrolled with another picture, among"
        f" {house['gallery_size']} people. In {round(value * searches) or 'none'} of them the person was not found, with the check"
        " set so that at most one in a hundred strangers is taken for somebody enrolled.",
        f"With 95 % confidence at most {house['fnir_at_fpir_1pct_high']:.1%} of people would be missed so, on pictures"
        " like these. A small set cannot promise less, even where nothing went wrong.",
    )


def _strangers(data: dict[str, Any]) -> tuple[str, ...]:
    house = data["systems"]["pipeline"]["house"]
    return (
        f"At the thresholds that the house uses for so many people, {house['fpir']:.1%} of searches by strangers"
        f" (95 %: {_between(house, 'fpir')}) came close enough to somebody to wait for a person's review."
        f" {house['machine_alone_fpir']:.1%} (at most {house['machine_alone_fpir_high']:.1%}) would have been refused"
        " by the machine alone.",
    )


def _alike(data: dict[str, Any]) -> tuple[str, ...]:
    columns = data["input"]["columns"]
    if not columns:
        return ("Nothing was said about the people in these pictures (no subjects.csv), so this was not measured.",)
    said = []
    for system, name in (("pipeline", "The house"), ("dlib", "The second opinion by itself")):
        rows = [
            row
            for row in data["differentials"]["systems"][system]
            if row["rate"] in ("fmr", "fpir") and row["ratio"] is not None and (row["ratio_low"] or 0) > 1
        ]
        worst = max(rows, key=lambda row: float(row["ratio"]), default=None)
        if worst is None:
            said.append(
                f"{name}: no difference between groups ({', '.join(columns)}) is larger than chance would make with so"
                " few people. That is not proof that there is none."
            )
            continue
        what = "are taken for one another" if worst["rate"] == "fmr" else "are taken for somebody else"
        said.append(
            f"{name}: people of the group {worst['group']} ({worst['column']}, {worst['people']} people) {what}"
            f" {worst['ratio']:.1f} times as often as others (95 %: {worst['ratio_low']:.1f} to"
            f" {worst['ratio_high']:.1f}). This is a difference that should worry whoever relies on it."
        )
    return tuple(said)


def _poor(data: dict[str, Any]) -> tuple[str, ...]:
    rows = data["degradations"]
    turned = [row for row in rows if row["rejected"] >= 0.5]
    passing = [row for row in rows if row["fnir"] is not None]
    worst = max(passing, key=lambda row: float(row["fnir"]), default=None)
    said = [
        f"Of {data['quality_gate']['images']} pictures as they are, the quality gate would have"
        f" {data['quality_gate']['rejected']} taken again."
    ]
    if rows:
        said.append(
            f"We then made pictures worse in {len(rows)} ways: in {len(turned)} of them the gate turns most away, and"
            " says why."
        )
    if worst is not None:
        what = f"{worst['kind']}, {worst['strength']:g} {worst['unit']}"
        said.append(
            f"Among those it lets pass, the most people were missed under {what}:"
            f" {worst['fnir']:.0%} (95 %: {_between(worst, 'fnir')})."
            if worst["fnir"] > 0
            else "Nobody whose worsened picture it let pass was missed."
        )
    return tuple(said)


def _fakes(data: dict[str, Any]) -> tuple[str, ...]:
    if "kinds" not in data:
        return (f"This was not measured. {data['missing']}",)
    stopped = [kind for kind, each in data["kinds"].items() if each["apcer"] == 0]
    passing = {kind: each for kind, each in data["kinds"].items() if each["apcer"] > 0}
    said = []
    if stopped:
        first = data["kinds"][stopped[0]]
        said.append(
            f"Stopped every time: {_listed(stopped)}. Each was tried {first['presentations']} times, so that up to"
            f" {first['apcer_high']:.0%} could still pass (the rule of three)."
        )
    said += [
        f"Not stopped: {kind.replace('_', ' ')} ({each['what']}) passes in {each['apcer']:.0%} of cases"
        f" (95 %: {_between(each, 'apcer')})."
        for kind, each in passing.items()
    ]
    puppet = data["puppet_performance"]
    said.append(
        f"The “living person” of this measurement is a puppet: a photograph, moved by a program. It is taken for a person"
        f" in {puppet['injection_apcer']:.0%} of cases. So whoever can feed pictures in where a camera's should be"
        " passes the check. Nothing in the pictures can prevent that; only an attested device or a person at a desk can."
    )
    return tuple(said)


def _many(data: dict[str, Any], gallery: int) -> tuple[str, ...]:
    if "proposals" not in data:
        return (f"This cannot be said: {data['missing']}",)
    asked = next((each for each in data["proposals"] if each["gallery"] == gallery), None)
    if asked is None:
        return (f"For {gallery:,} people no threshold has to be extrapolated: this set counts such rates itself.",)
    if asked["threshold_low"] is None:
        return (asked["sentence"],)
    return (
        asked["sentence"],
        f"The threshold would be a distance of {asked['threshold']:.3f}; anything between"
        f" {asked['threshold_low']:.3f} and {asked['threshold_high']:.3f} fits these people as well. The house uses"
        f" {asked['house_threshold']:.3f}.",
    )


def _between(row: dict[str, Any], name: str) -> str:
    return f"{row[f'{name}_low']:.1%} to {row[f'{name}_high']:.1%}"


def _listed(kinds: list[str]) -> str:
    return ", ".join(kind.replace("_", " ") for kind in kinds)
