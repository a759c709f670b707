"""The embedded servers: shared by every process, stopped with the last, alive after a crash of any."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.stack import ROOT
from tests.live import wait_for

HOLD = """
import sys
from pathlib import Path
from config.embedded import hold
addresses = hold(Path(sys.argv[1]))
print(addresses.database_url, addresses.redis_socket, flush=True)
sys.stdin.read()
"""


class Holder:
    """A process that uses the embedded servers until it is told to end, or is killed."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def addresses(self) -> str:
        assert self.process.stdout
        line: str = self.process.stdout.readline()
        return line

    def end(self) -> None:
        self.process.communicate()

    def crash(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "services"
    yield place
    wait_for(lambda: not servers_under(place), what="the servers to stop", seconds=20)


def servers_under(folder: Path) -> list[psutil.Process]:
    """The PostgreSQL, Redis and keeper processes of this folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "name"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(folder) in line and "-c" not in (process.info["cmdline"] or []):
            found.append(process)
    return found


def named(folder: Path, word: str) -> psutil.Process:
    return next(process for process in servers_under(folder) if word in " ".join(process.cmdline()))


def test_two_processes_share_one_server_and_the_last_stops_it(folder: Path) -> None:
    first, second = Holder(folder), Holder(folder)
    assert first.addresses() == second.addresses() != ""
    assert len([p for p in servers_under(folder) if p.name().startswith("redis")]) == 1
    first.end()
    assert servers_under(folder)
    second.end()
    wait_for(lambda: not servers_under(folder), what="the servers to stop with the last process", seconds=20)


def test_a_crashed_process_neither_stops_the_servers_nor_keeps_them_for_ever(folder: Path) -> None:
    crashing, steady = Holder(folder), Holder(folder)
    crashing.addresses()
    steady.addresses()
    crashing.crash()
    assert named(folder, "redis-server").is_running()
    steady.crash()
    wait_for(lambda: not servers_under(folder), what="the servers to stop after a crash of the last", seconds=20)


def test_a_server_that_dies_is_started_again_while_it_is_needed(folder: Path) -> None:
    holder = Holder(folder)
    holder.addresses()
    dead = named(folder, "redis-server").pid
    os.kill(dead, signal.SIGKILL)
    wait_for(
        lambda: any(p.pid != dead and p.name().startswith("redis") for p in servers_under(folder)),
        what="Redis to be started again",
    )
    holder.end()


def test_a_new_process_finds_a_new_keeper_when_the_first_was_killed(folder: Path) -> None:
    first = Holder(folder)
    first.addresses()
    named(folder, "config.embedded").kill()
    second = Holder(folder)
    assert second.addresses() != ""
    first.end()
    second.end()


def test_nothing_embedded_starts_when_both_addresses_are_given(tmp_path: Path) -> None:
    variables = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody@localhost:1/none",
        "REDIS_URL": "redis://localhost:1/0",
        "HUMANKIND_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    subprocess.run([sys.executable, "-c", "import config.settings"], cwd=ROOT, env=variables, check=True)
    assert not (tmp_path / "services").exists()
