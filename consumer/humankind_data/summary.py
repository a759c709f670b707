"""What a local copy holds, in words and tables that a person reads."""

import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from humankind_data.failures import Refused
from humankind_data.local_copy import LocalCopy
from humankind_data.manifest import Manifest
from humankind_data.retractions import data_files, retracted_by

COUNTED = ("language", "made_by", "evidence", "personhood_level", "licence")
SHOWN = 10
SAMPLE = 5
LONGEST = 160


def show(copy: LocalCopy, console: Console) -> None:
    """Print the summary. Raises Refused where there is nothing to show."""
    pins = copy.pins()
    if pins is None or not copy.numbers():
        raise Refused(f"There is no release in {copy.folder}.")
    manifests = [copy.manifest(number, public_key=pins.public_key) for number in copy.numbers()]
    whole = copy.numbers_with_data()
    newest = manifests[-1]
    console.print(f"Purpose {escape(newest.purpose)}, dataset {escape(pins.dataset)} of {escape(pins.url)}")
    console.print(f"Signed by {pins.public_key}")
    console.print(_releases(manifests, whole))
    _tell_retractions(copy, console)
    if not whole:
        console.print("No release is here with its data: the server gives none out now.")
        return
    files = [file for file in data_files(copy, whole[-1]) if file.suffix == ".parquet"]
    console.print(f"\nRelease {whole[-1]}, in {_relative(copy.release(whole[-1]) / 'data')}")
    for column in COUNTED:
        if counts := _counts(files, column):
            console.print(f"  {column.replace('_', ' ')}: {counts}")
    _tell_sample(files, console)


def _releases(manifests: list[Manifest], whole: list[int]) -> Table:
    table = Table()
    for heading in ("Release", "Published", "Records", "Authors", "Added", "Changed", "Retracted", "Here"):
        table.add_column(heading, justify="left" if heading in {"Published", "Here"} else "right")
    for manifest in manifests[-SHOWN:]:
        counts = [
            f"{manifest.counts.get(name, 0):,}" for name in ("records", "authors", "added", "changed", "retracted")
        ]
        here = "with its data" if manifest.number in whole else "manifest alone"
        table.add_row(str(manifest.number), escape(manifest.published), *counts, here)
    return table


def _tell_retractions(copy: LocalCopy, console: Console) -> None:
    reasons = Counter(reason for number in copy.numbers() for reason in retracted_by(copy, number).values())
    told = ", ".join(f"{count:,} {escape(_plain(reason))}" for reason, count in reasons.most_common(SHOWN))
    console.print(f"Taken back since the first release here: {told or 'nothing'}")


def _counts(files: list[Path], column: str) -> str:
    counter: Counter[str] = Counter()
    for file in files:
        if column in pq.read_schema(file).names:
            values = pq.read_table(file, columns=[column], partitioning=None)[column]
            counter.update({str(row["values"]): row["counts"] for row in values.value_counts().to_pylist()})
    rest = sum(count for _, count in counter.most_common()[SHOWN:])
    told = [f"{escape(_plain(value))} {count:,}" for value, count in counter.most_common(SHOWN)]
    return ", ".join(told + ([f"others {rest:,}"] if rest else []))


def _tell_sample(files: list[Path], console: Console) -> None:
    shown = 0
    for file in files:
        with pq.ParquetFile(file) as opened:
            batch = next(opened.iter_batches(SAMPLE), None)
        for row in batch.to_pylist() if batch is not None else []:
            if shown == 0:
                console.print("\nA sample")
            if shown < SAMPLE:
                console.print(f"  {escape(_record(row))}")
            shown += 1
        if shown >= SAMPLE:
            return


def _record(row: dict[str, Any]) -> str:
    said = {
        name: value for name, value in row.items() if isinstance(value, str) and name not in {"record_id", "author"}
    }
    text = said.get("text") or ", ".join(f"{name} {value}" for name, value in list(said.items())[:6])
    about = " ".join(str(row[name]) for name in ("language", "made_by") if row.get(name))
    return f"[{about}] {_plain(text)}" if about else _plain(text)


def _plain(text: str) -> str:
    """One line without control characters: what strangers wrote must not speak to the terminal."""
    line = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    line = " ".join(line.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_absolute() and path.is_relative_to(Path.cwd()) else path
