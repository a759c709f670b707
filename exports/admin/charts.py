"""Charts as geometry: templates draw them as inline SVG, so that no script is needed and none can be fetched."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from exports.admin.words import FILTERS, filter_name, number, percent

BESIDE_FILTERS = ("considered", "kept", "whole")


@dataclass(frozen=True)
class Step:
    """One row of a funnel; widths and offsets are percent of the chart's width."""

    name: str
    left: float
    dropped: float
    figure: str
    share: str
    is_filter: bool


@dataclass(frozen=True)
class Funnel:
    """What came in, what each filter dropped, what is left."""

    steps: tuple[Step, ...]
    whole: bool
    told: str


def funnel(counts: Mapping[str, int], *, kept: int) -> Funnel | None:
    """Of a release's `funnel`; None where it has none. `kept` is for funnels that do not say it themselves."""
    dropped = {name: count for name, count in counts.items() if name not in BESIDE_FILTERS and count}
    lost = sum(dropped.values())
    considered = counts.get("considered") or lost + counts.get("kept", kept)
    if not considered:
        return None
    remaining = considered
    steps = [Step("passed the gate", 100, 0, number(considered), "", is_filter=False)]
    for name in sorted(dropped, key=_place(dropped)):
        count = min(dropped[name], remaining)
        remaining -= count
        share = percent(count / considered)
        steps.append(
            Step(
                filter_name(name),
                _of(remaining, considered),
                _of(count, considered),
                number(count),
                share,
                is_filter=True,
            )
        )
    steps.append(
        Step(
            "in the release",
            _of(remaining, considered),
            0,
            number(remaining),
            percent(remaining / considered),
            is_filter=False,
        )
    )
    told = f"Of {number(considered)} rows {number(remaining)} are left"
    return Funnel(tuple(steps), bool(counts.get("whole")), told)


def _place(dropped: Mapping[str, int]) -> Callable[[str], tuple[int, int]]:
    order = list(FILTERS)
    return lambda name: (order.index(name) if name in order else len(order), -dropped[name])


def _of(part: int, whole: int) -> float:
    return round(100 * part / whole, 3)


@dataclass(frozen=True)
class Part:
    """A piece of a bar, in the units of the drawing; `kind` is its colour's name."""

    y: float
    height: float
    kind: str


@dataclass(frozen=True)
class Bar:
    """One release. `href` is its page."""

    x: float
    width: float
    middle: float
    label: str
    told: str
    href: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Line:
    """A line of the axis and its figure."""

    y: float
    label: str


@dataclass(frozen=True)
class Bars:
    """Bars side by side, drawn 400 x 200 with the axis at the left."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    told: str


@dataclass(frozen=True)
class Column:
    """What a bar is of: {colour's name: value}, from below; the label under it and the sentence that it shows."""

    label: str
    values: Mapping[str, float]
    told: str
    href: str


LEFT, RIGHT, TOP, BOTTOM = 52.0, 398.0, 8.0, 176.0
WIDEST = 36.0
MOST_LABELS = 10


def bars(columns: Sequence[Column], *, axis: Callable[[float], str], told: str) -> Bars | None:
    """None where there is nothing to draw. The axis begins at zero."""
    if not columns:
        return None
    top = _round_up(max(sum(column.values.values()) for column in columns))
    slot = (RIGHT - LEFT) / len(columns)
    width = min(WIDEST, slot * 0.7)
    every = math.ceil(len(columns) / MOST_LABELS)
    drawn = []
    for place, column in enumerate(columns):
        middle = LEFT + slot * (place + 0.5)
        # The newest has its label in any case.
        shown = column.label if (len(columns) - 1 - place) % every == 0 else ""
        drawn.append(
            Bar(
                round(middle - width / 2, 2),
                round(width, 2),
                round(middle, 2),
                shown,
                column.told,
                column.href,
                _stacked(column.values, top),
            )
        )
    lines = tuple(Line(round(BOTTOM - (BOTTOM - TOP) * part / 4, 2), axis(top * part / 4)) for part in range(5))
    return Bars(tuple(drawn), lines, told)


def _stacked(values: Mapping[str, float], top: float) -> tuple[Part, ...]:
    y, parts = BOTTOM, []
    for kind, value in values.items():
        # What is there is seen, however small.
        height = max((BOTTOM - TOP) * value / top, 1.0) if value else 0.0
        y -= height
        if height:
            parts.append(Part(round(y, 2), round(height, 2), kind))
    return tuple(parts)


def _round_up(value: float) -> float:
    """The next of 4, 8, 10, 20, 40, 80, 100, ...: a quarter of each is a figure that reads well."""
    if value <= 4:
        return 4.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 8, 10, 20) if step * power >= value)
