"""A bar for what is being fetched, on the terminal's error stream; nothing where there is no terminal."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bars

from humankind_data.sync import Progress


class Shown(Progress):
    """One bar for all the bytes of a release."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), DownloadColumn(), TransferSpeedColumn())
        self.console = console
        self.bars = Bars(*columns, TimeRemainingColumn(), console=console, disable=quiet or not console.is_terminal)
        self.task = self.bars.add_task("asking the server", total=None)
        self.release = 0

    def __enter__(self) -> Self:
        self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bars.stop()

    def begins(self, number: int, size: int) -> None:
        self.release = number
        self.bars.update(self.task, total=size, completed=0, description=f"release {number}")

    def on(self, path: str) -> None:
        self.bars.update(self.task, description=f"release {self.release}: {escape(path)}")

    def advance(self, size: int) -> None:
        self.bars.update(self.task, advance=size)

    def tell(self, sentence: str) -> None:
        """A line above the bar."""
        self.console.print(escape(sentence))
