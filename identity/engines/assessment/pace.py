"""One measure of progress over steps of different cost."""

from __future__ import annotations

from collections.abc import Callable

from identity.engines.capture import Progress


class Pace:
    """Each step is planned with how many items it has and about how many seconds one costs; `done` tells how many of
    them are over, and the share of the whole that they make goes on to `progress`."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._planned: dict[str, tuple[int, float]] = {}

    def plan(self, step: str, items: int, *, each: float) -> None:
        self._planned[step] = (items, each)

    def done(self, step: str) -> Callable[[int], None]:
        """To be called with the number of items begun so far, once the steps planned before it are over."""
        before = 0.0
        for name, (items, each) in self._planned.items():
            if name == step:
                break
            before += items * each
        items, each = self._planned[step]
        total = sum(items * each for items, each in self._planned.values())
        return lambda count: self._progress(step, (before + min(count, items) * each) / total)

    def finished(self) -> None:
        self._progress("done", 1.0)
