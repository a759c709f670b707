"""`make client-suites`: toot's and Mastodon.py's own tests against a stack of this checkout, and what they came to.

Needs the package index once, to fetch the clients. Everything it makes lies in var/client-suites. `--only NAME` runs one.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from config.stack import Stack
from seeds.story.world import empty_world
from tests.clients.suites.running import ADDRESS, Outcome, run_mastodon_py, run_toot
from tests.clients.suites.sources import environment, unpacked

FOLDER = Path("var/client-suites").resolve()
VARIABLES = {
    "HUMANKIND_PORT": ADDRESS.rpartition(":")[2],
    "HUMANKIND_PUBLIC_URL": ADDRESS,
    "HUMANKIND_VAR": str(FOLDER / "world"),
    "HUMANKIND_ADMIT_ON_REGISTRATION": "true",
}
SUITES = {"toot": run_toot, "Mastodon.py": run_mastodon_py}


def main() -> int:
    """0 when the suites ran, whatever they found: the counts and the failures are what is asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", choices=SUITES)
    only = options.parse_args().only
    console = Console()
    with console.status("Fetching the clients"):
        python = environment(FOLDER)
        sources = unpacked(FOLDER, python)
    results = FOLDER / "results"
    results.mkdir(parents=True, exist_ok=True)
    outcomes = []
    os.environ.update(VARIABLES)
    # The suites count on a world in which nothing has happened yet.
    empty_world(FOLDER / "world")
    with Stack(variables=VARIABLES, logs=results / "logs"):
        _until_ready()
        subprocess.run([sys.executable, "manage.py", "lay_out_mastodon_py"], check=True)
        for name, run in SUITES.items():
            if only in (None, name):
                with console.status(f"{name} (its log: {results / name}.log)"):
                    outcomes.append(run(python, sources[name], results))
    report = _report(outcomes)
    (results / "report.md").write_text(report)
    _show(console, outcomes)
    return 0


def _until_ready(seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{ADDRESS}/readyz", timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise SystemExit(
        f"The stack did not become ready at {ADDRESS}: is the port taken? See var/client-suites/results/logs."
    )


def _show(console: Console, outcomes: list[Outcome]) -> None:
    table = Table("suite", "passed", "of", "skipped")
    for one in outcomes:
        table.add_row(one.suite, str(one.passed), str(one.asked), str(one.skipped))
    console.print(table)
    for one in outcomes:
        for name, sentence in one.failures.items():
            console.print(f"{one.suite} {name}: {sentence}", markup=False)


def _report(outcomes: list[Outcome]) -> str:
    lines = ["| suite | passed | of | skipped |", "|---|---|---|---|"]
    lines += [f"| {one.suite} | {one.passed} | {one.asked} | {one.skipped} |" for one in outcomes]
    for one in outcomes:
        lines += ["", f"{one.suite}, what failed:", ""]
        lines += [f"- `{name}`: {sentence}" for name, sentence in one.failures.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
