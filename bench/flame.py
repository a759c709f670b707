"""A flame graph as PNG, from folded stacks (`outermost;...;innermost count` a line), as py-spy writes them."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

SMALLEST_SHARE = 0.002
SMALLEST_LABELLED = 0.02


class _Frame:
    def __init__(self) -> None:
        self.count = 0
        self.inner: dict[str, _Frame] = {}


def draw(stacks: Path, picture: Path, *, title: str) -> None:
    """Read the stacks and draw them, outermost below."""
    root = _Frame()
    for line in stacks.read_text().splitlines():
        path, _, count = line.rpartition(" ")
        frame = root
        frame.count += int(count)
        for name in path.split(";"):
            frame = frame.inner.setdefault(_short(name), _Frame())
            frame.count += int(count)
    figure, axes = pyplot.subplots(figsize=(16, 9), dpi=110)
    depth = _draw(axes, root, left=0.0, level=0, whole=max(1, root.count))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, depth + 1)
    axes.axis("off")
    axes.set_title(title)
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture, bbox_inches="tight")
    pyplot.close(figure)


def _draw(axes: Axes, frame: _Frame, *, left: float, level: int, whole: int) -> int:
    deepest = level
    for name, inner in sorted(frame.inner.items()):
        share = inner.count / whole
        if share >= SMALLEST_SHARE:
            warmth = 0.35 + 0.5 * (sum(map(ord, name)) % 97) / 97
            axes.add_patch(
                Rectangle((left, level), share, 0.95, facecolor=(0.95, warmth, 0.25), edgecolor="white", lw=0.3)
            )
            if share >= SMALLEST_LABELLED:
                letters = int(share * 190)
                axes.text(left + 0.002, level + 0.3, f"{name} {share:.0%}"[:letters], fontsize=6, clip_on=True)
            deepest = max(deepest, _draw(axes, inner, left=left, level=level + 1, whole=whole))
        left += share
    return deepest


def _short(name: str) -> str:
    """`function (file.py)` from py-spy's `function (folder/file.py:12)`."""
    function, _, place = name.partition(" (")
    file = place.rstrip(")").rpartition("/")[2].partition(":")[0]
    return f"{function} ({file})" if file else function
