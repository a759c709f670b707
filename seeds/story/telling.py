"""How the story shows itself: a line for each step as it happens, and a table at the end."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

Update = Callable[[str, float], None]


class StepFailedError(AssertionError):
    """Something in the story did not go as it must."""


@dataclass
class Outcome:
    """One row of the table."""

    what: str
    result: str = ""
    seconds: float = 0.0
    passed: bool = False


@dataclass
class Telling:
    """Collects the outcomes; a failed step is shown and the story goes on where it can."""

    console: Console = field(default_factory=Console)
    outcomes: list[Outcome] = field(default_factory=list)

    @contextmanager
    def step(self, what: str) -> Iterator[tuple[Outcome, Update]]:
        """One step: sets `result` on the outcome, and may report its progress (text, 0 to 1)."""
        outcome = Outcome(what)
        self.outcomes.append(outcome)
        started = time.monotonic()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task(what, total=1.0)

            def update(text: str, share: float) -> None:
                bar.update(task, description=f"{what}: {text}", completed=share)

            try:
                yield outcome, update
                outcome.passed = True
            except Exception as error:
                outcome.result = f"{type(error).__name__}: {error}"
                self._show(outcome, started)
                raise
        self._show(outcome, started)

    def _show(self, outcome: Outcome, started: float) -> None:
        outcome.seconds = time.monotonic() - started
        mark = "[green]✓[/]" if outcome.passed else "[red]✗[/]"
        self.console.print(f"{mark} {outcome.what} [dim]({outcome.seconds:.1f} s)[/]  {outcome.result}")

    def save(self, picture: Path) -> None:
        """Everything shown so far as an SVG file; its fonts are the viewer's own, so it fetches nothing."""
        drawn = self.console.export_svg(title="make demo", clear=False)
        picture.write_text(re.sub(r"@font-face\s*\{.*?\}\s*", "", drawn, flags=re.DOTALL))

    def table(self) -> Table:
        """Every step with its result and time."""
        table = Table(title="What happened", show_lines=False)
        for heading in ("", "Step", "Result", "s"):
            table.add_column(heading, justify="right" if heading == "s" else "left")
        for outcome in self.outcomes:
            mark = "[green]✓[/]" if outcome.passed else "[red]✗[/]"
            table.add_row(mark, outcome.what, outcome.result, f"{outcome.seconds:.1f}")
        return table


def demand(condition: object, sentence: str) -> None:
    """End the step with a sentence unless the condition holds."""
    if not condition:
        raise StepFailedError(sentence)
