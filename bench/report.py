"""A measurement's two outputs: a table for people and JSON for programs."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

OUT = Path("var/bench")


def report(name: str, rows: Sequence[dict[str, Any]], *, notes: Sequence[str] = ()) -> None:
    """Print the rows as a table and write them to var/bench/NAME.json. Every row has the same keys."""
    table = Table(title=name)
    for column in rows[0]:
        table.add_column(column)
    for row in rows:
        table.add_row(*(f"{value:.3g}" if isinstance(value, float) else f"{value}" for value in row.values()))
    console = Console(width=160)
    console.print(table)
    for note in notes:
        console.print(note)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps({"rows": list(rows), "notes": list(notes)}, indent=2))
