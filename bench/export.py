"""The export's plan over a table of statuses: CPU time, rows a second and memory, beside bare Daft and bare polars.

    python -m bench.export --rows 1000000

Each line runs in a process of its own, over the same drawn texts (bench/export_texts.py), and is measured from Arrow
table to Arrow table: CPU seconds of all its threads, wall time, and how much its memory grew at most. "Ours" is what a
release runs: masks with check digits, quality, keyed ids, duplicates; with near-duplicates also the sketches and who is
near whom. The least of three runs counts: whatever else runs on the machine only adds. The bare ones do what their expressions can of the same: masks by regular expression alone, ids by an unkeyed
hash, shares of letters, equal texts, and in Daft the sketches, but not who is near whom (bench/export_bare.py).
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from bench.export_texts import RATES, drawn, keys, read
from bench.report import report
from bench.running import load

Work = Callable[[pa.Table, pa.Table], int]
WARM, TIMES = 2000, 3


def ours(*, near: bool, told: bool = True) -> Work:
    """The plan, then who is left out as a duplicate; without `told` every language has to be found."""
    from exports.engines import duplicates
    from exports.engines.eligible import eligible
    from exports.engines.filters import Filter
    from exports.engines.plan import Transformation

    def work(statuses: pa.Table, authors: pa.Table) -> int:
        if not told:
            statuses = statuses.set_column(4, "language", pa.nulls(statuses.num_rows, pa.large_string()))
        found = eligible(
            Transformation(keys(), near_duplicates=near).apply(statuses=statuses, authors=authors), Filter()
        )
        old, touched = found.beside.slice(0, 0), np.zeros(0, np.bool_)
        settled = duplicates.settle(old=old, touched=touched, came=found.beside, near=near)
        return int(settled["reason"].null_count)

    return work


def works() -> dict[str, Work]:
    """What is measured, by name."""
    from bench import export_bare

    return {
        "ours": ours(near=False),
        "ours, near-duplicates": ours(near=True),
        "ours, language found here": ours(near=False, told=False),
        "bare Daft": export_bare.daft_work(near=False),
        "bare Daft, sketches": export_bare.daft_work(near=True),
        "bare polars": export_bare.polars_work(),
    }


def measured(name: str, folder: Path) -> dict[str, Any]:
    """One row, in this process."""
    statuses, authors = read(folder)
    work = works()[name]
    work(statuses.slice(0, WARM), authors)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    runs = []
    for _ in range(TIMES):
        began, spent = time.perf_counter(), time.process_time()
        left = work(statuses, authors)
        runs.append((time.process_time() - spent, time.perf_counter() - began))
    cpu, wall = min(runs)
    rows = statuses.num_rows
    return {
        "what": name,
        "rows": rows,
        "left": left,
        "CPU s": cpu,
        "CPU s per 1M": cpu / rows * 1e6,
        "rows/s": round(rows / wall),
        "grew by MiB": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="+", help="of the lines only these")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.measure, options.folder)))
        return
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        drawn(options.rows, folder)
        for what in options.only or works():
            command = [sys.executable, "-m", "bench.export", "--measure", what, "--folder", name]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rows.append(json.loads(told.splitlines()[-1]))
    report("export", rows, notes=[RATES, load()])


if __name__ == "__main__":
    main()
