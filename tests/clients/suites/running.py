"""Runs each suite in a process of its own, against the address that it expects."""

import os
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

# Mastodon.py's suite knows no other address.
ADDRESS = "http://localhost:3000"
# These replay what other servers once answered, or test Python code alone: no server of ours is asked anything.
RECORDED = ("test_entities.py", "test_websocket_cassette.py", "test_types_base.py")
SECONDS = 1800


@dataclass
class Outcome:
    """What a suite came to; `failures` are names with the last line of what went wrong."""

    suite: str
    passed: int = 0
    skipped: int = 0
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """How many tests ran."""
        return self.passed + len(self.failures)


def run_toot(python: Path, source: Path, results: Path) -> Outcome:
    """toot's integration tests."""
    variables = {"TOOT_TEST_BASE_URL": ADDRESS}
    return _run("toot", python, source, ["tests/integration"], results, variables)


def run_mastodon_py(python: Path, source: Path, results: Path) -> Outcome:
    """Mastodon.py's tests, without what other servers once answered, so that each call goes to this one."""
    for recording in (source / "tests" / "cassettes").iterdir():
        recording.unlink()
    arguments = ["tests", "--record-mode=rewrite", "-p", "no:cacheprovider", "-o", "addopts="]
    arguments += [part for name in RECORDED for part in ("--ignore", f"tests/{name}")]
    return _run("Mastodon.py", python, source, arguments, results, {})


def _run(
    suite: str, python: Path, source: Path, arguments: list[str], results: Path, variables: dict[str, str]
) -> Outcome:
    written = results / f"{suite}.xml"
    command = [str(python), "-m", "pytest", "-q", "--tb=short", f"--junit-xml={written}", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "HUMANKIND_"))}
    with (results / f"{suite}.log").open("w") as log:
        subprocess.run(
            command, cwd=source, env={**environment, **variables}, stdout=log, stderr=log, timeout=SECONDS, check=False
        )
    return _outcome(suite, written)


def _outcome(suite: str, written: Path) -> Outcome:
    outcome = Outcome(suite)
    # Written by pytest in the process above.
    for case in ElementTree.parse(written).iter("testcase"):  # noqa: S314 (see above)
        bad = case.find("failure") if case.find("failure") is not None else case.find("error")
        if bad is not None:
            name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
            outcome.failures[name] = (
                (bad.get("message") or "").strip().splitlines()[0][:160] if bad.get("message") else ""
            )
        elif case.find("skipped") is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1
    return outcome
