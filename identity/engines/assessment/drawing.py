"""Plots as SVG text: readable by a screen reader, coloured by the page's style sheet, light or dark.

Series are told apart by dashes and marks as well as by colour; the page gives the classes `s0` to `s3` their colours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

Scale = Callable[[float], float]
"""From a value to a share of the axis, 0 to 1."""

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 680, 70, 20, 14, 46
_DASHES = ("", "7 3", "2 3", "9 3 2 3")


@dataclass(frozen=True, slots=True)
class Axis:
    """`ticks` are values with their labels; `scale` places values."""

    label: str
    ticks: Sequence[tuple[float, str]]
    scale: Scale


@dataclass(frozen=True, slots=True)
class Line:
    """Points in order; `dashes` of the second kind mark what was not measured."""

    name: str
    points: Sequence[tuple[float, float]]
    series: int
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A value with its interval in a row of an interval plot."""

    value: float
    low: float
    high: float
    series: int


def linear(low: float, high: float) -> Scale:
    return lambda value: min(1.0, max(0.0, (value - low) / (high - low)))


def lines(
    title: str,
    description: str,
    across: Axis,
    up: Axis,
    drawn: Sequence[Line],
    *,
    upright: Sequence[tuple[float, str]] = (),
) -> str:
    """Lines over two axes, with `upright` ones at some values of the first, and a legend."""
    height, head = 350, 22
    inner = height - _TOP - _BOTTOM - head
    x, y = _places(across.scale), _heights(up.scale, inner, head)
    parts = [_grid(across, x, inner, top=_TOP + head), *(_level(up, value, label, y) for value, label in up.ticks)]
    for line in drawn:
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in line.points)
        if line.filled:
            base = _TOP + head + inner
            first, last = x(line.points[0][0]), x(line.points[-1][0])
            parts.append(f'<polygon class="f{line.series}" points="{first:.1f},{base} {path} {last:.1f},{base}"/>')
        parts.append(_stroke(line.series, f'<polyline fill="none" points="{path}"'))
    for value, label in upright:
        parts.append(
            f'<line class="limit" x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{_TOP + head}" y2="{_TOP + head + inner}"/>'
        )
        parts.append(_text(x(value) + 4, _TOP + head + 12, label))
    legend = [(line.name, line.series) for line in drawn if line.name]
    for number, (name, series) in enumerate(legend):
        row, left = _TOP + 4, _LEFT + 150 * number
        parts.append(_stroke(series, f'<line x1="{left}" x2="{left + 34}" y1="{row - 4}" y2="{row - 4}"'))
        parts.append(_text(left + 40, row, name))
    parts.append(
        f'<text class="axis" transform="translate(14 {_TOP + head + inner / 2}) rotate(-90)" text-anchor="middle">'
    )
    parts.append(f"{escape(up.label)}</text>")
    return _svg(title, description, height, parts)


def intervals(
    title: str, description: str, across: Axis, rows: Sequence[tuple[str, Sequence[Mark]]], *, names: Sequence[str] = ()
) -> str:
    """A row for each label: marks with their intervals; `names` explain the series in a legend."""
    label_width, row_height, head = 250, 24, 22 if names else 0
    inner = row_height * len(rows) + head
    height = inner + _TOP + _BOTTOM
    x = _places(across.scale, left=label_width)
    parts = [_grid(across, x, inner, left=label_width)]
    for number, name in enumerate(names):
        left = label_width + 190 * number
        parts += [_dot(number, left + 8, _TOP + 6), _text(left + 18, _TOP + 10, name)]
    for number, (label, marks) in enumerate(rows):
        middle = _TOP + head + row_height * (number + 0.5)
        parts.append(_text(label_width - 8, middle + 4, label, anchor="end"))
        for place, mark in enumerate(marks):
            row = middle + 7 * (place - (len(marks) - 1) / 2)
            parts.append(
                _stroke(
                    mark.series,
                    f'<line x1="{x(mark.low):.1f}" x2="{x(mark.high):.1f}" y1="{row}" y2="{row}"',
                    dashed=False,
                )
            )
            parts.append(_dot(mark.series, x(mark.value), row))
    return _svg(title, description, height, parts)


def _svg(title: str, description: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )


def _places(scale: Scale, *, left: float = _LEFT) -> Scale:
    return lambda value: left + scale(value) * (_WIDTH - left - _RIGHT)


def _heights(scale: Scale, inner: float, head: float) -> Scale:
    return lambda value: _TOP + head + (1 - scale(value)) * inner


def _grid(axis: Axis, x: Scale, inner: float, *, left: float = _LEFT, top: float = _TOP) -> str:
    base = top + inner
    parts = []
    for value, label in axis.ticks:
        parts.append(f'<line class="grid" x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{top}" y2="{base}"/>')
        parts.append(_text(x(value), base + 16, label, anchor="middle"))
    parts.append(_text((left + _WIDTH - _RIGHT) / 2, base + 36, axis.label, anchor="middle", kind="axis"))
    return "".join(parts)


def _level(axis: Axis, value: float, label: str, y: Scale) -> str:
    line = f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
    return line + _text(_LEFT - 6, y(value) + 4, label, anchor="end")


def _stroke(series: int, opened: str, *, dashed: bool = True) -> str:
    dashes = f' stroke-dasharray="{_DASHES[series]}"' if dashed and _DASHES[series] else ""
    return f'{opened} class="s{series}"{dashes}/>'


def _dot(series: int, x: float, y: float) -> str:
    if series % 2:
        return f'<rect class="m{series}" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" transform="rotate(45 {x:.1f} {y:.1f})"/>'
    return f'<circle class="m{series}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", kind: str = "tick") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
