"""Home, 20 statuses with media and reblogs: what a read costs, beside a floor in the same run.

    python -m bench.home --people 100000 --follows 2000000 --statuses 1000000

The floor is the same server (granian, as many workers) that returns the same bytes from Redis by a GET and does nothing
else; rounds of both alternate, so that a busy moment of the machine meets both. The load comes from one more process on
the same cores, and PostgreSQL and Redis share them too. Readers are drawn from those who follow at least 20.
"""

import argparse
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.crowds import tokens_of
from bench.flame import draw
from bench.hammer import Measured, hammer
from bench.processes import cpu_seconds, family_of, named
from bench.report import report
from bench.scratch import scratch_database

SETTINGS = "tests.settings"
PATH = "/api/v1/timelines/home"


@dataclass(frozen=True)
class Server:
    """A running web server."""

    port: int
    pid: int


def main() -> None:
    """Make the world, run both servers, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--follows", type=int, default=100_000)
    parser.add_argument("--statuses", type=int, default=50_000)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=5, help="of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--concurrency", type=int, nargs="+", default=[8, 64])
    parser.add_argument("--picture", type=Path, help="a flame graph of one worker, as PNG (needs py-spy)")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    with scratch_database():
        _measure(options)


def _measure(options: argparse.Namespace) -> None:
    from django.conf import settings
    from django.db import connection

    from common.redis import client
    from seeds.load.plan import Size, plan
    from seeds.load.writing import write_world
    from tests.live import database_url

    client().flushdb()
    size = Size(options.people, options.follows, options.statuses, options.statuses)
    write_world(plan(size, seed=1), tell=lambda line: print(line, flush=True))
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    tokens = _tokens(options.readers)
    variables = {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "HUMANKIND_REQUESTS_PER_FIVE_MINUTES": "100000000",
        "HUMANKIND_WEB_WORKERS": str(options.workers),
        "HUMANKIND_LOG_LEVEL": "WARNING",
    }
    requests = [_request(token) for token in tokens]
    pictured = None
    with _server("config.serve", "HUMANKIND_PORT", variables) as ours:
        with _server("bench.floor", "BENCH_PORT", variables) as floor:
            _fill_floor(ours.port, tokens)
            hammer(ours.port, requests, connections=8, seconds=2)
            beside = {"PostgreSQL": named(connection.settings_dict["NAME"]), "Redis": {client().info()["process_id"]}}
            rows = [
                row for each in options.concurrency for row in _compare(ours, floor, requests, each, beside, options)
            ]
        if options.picture:
            pictured = _picture(ours, requests, options)
    notes = [
        f"{options.people} people, {options.follows} follows, {options.statuses} statuses; {options.readers} readers;"
        f" medians of {options.rounds} rounds of {options.seconds:g} s; {options.workers} workers, {os.cpu_count()} cores;"
        f" load average {os.getloadavg()[0]:.1f} (all else that runs here is measured along)",
        "CPU in ms a request: of the web workers, of PostgreSQL, of Redis; the load's own is not counted",
    ]
    if pictured:
        notes.append(f"flame graph of a worker at concurrency 8: {pictured}")
    report("home", rows, notes=notes)
    client().flushdb()


def _compare(
    ours: Server,
    floor: Server,
    requests: Sequence[bytes],
    connections: int,
    beside: dict[str, set[int]],
    options: argparse.Namespace,
) -> list[dict[str, object]]:
    found: dict[str, list[tuple[Measured, dict[str, float]]]] = {"home": [], "floor": []}
    for _ in range(options.rounds):
        for name, server in (("home", ours), ("floor", floor)):
            watched = {"web": family_of(server.pid), **beside}
            before = {what: cpu_seconds(pids) for what, pids in watched.items()}
            measured = hammer(server.port, requests, connections=connections, seconds=options.seconds)
            spent = {what: cpu_seconds(pids) - before[what] for what, pids in watched.items()}
            found[name].append((measured, {what: 1000 * each / measured.requests for what, each in spent.items()}))
    ratio = median(one.rate / other.rate for (one, _), (other, _) in zip(found["home"], found["floor"], strict=True))
    return [
        {
            "read": name,
            "concurrency": connections,
            "req/s": round(median(each.rate for each, _ in runs)),
            "p50 ms": median(each.p50 for each, _ in runs),
            "p99 ms": median(each.p99 for each, _ in runs),
            **{f"CPU {what}": median(cpu[what] for _, cpu in runs) for what in ("web", *beside)},
            "kB": round(median(each.bytes_each for each, _ in runs) / 1000, 1),
            "of floor": round(ratio, 3) if name == "home" else 1,
        }
        for name, runs in found.items()
    ]


def _tokens(number: int) -> list[str]:
    """Tokens of readers who follow some and read now and then."""
    from feed.models import Profile

    readers = Profile.objects.filter(following_count__gte=20, last_active_at__isnull=False).order_by("pk")
    ids = list(readers.values_list("pk", flat=True))
    step = max(1, len(ids) // number)
    return tokens_of(ids[::step][:number])


def _request(token: str) -> bytes:
    return f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nAccept: */*\r\n\r\n".encode()


def _fill_floor(port: int, tokens: Sequence[str]) -> None:
    """The bodies that home gives, for the floor to give; this also builds every timeline and renders every status."""
    import httpx

    from common.redis import client

    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
        for token in tokens:
            answer = http.get(PATH, headers={"Authorization": f"Bearer {token}", "Host": "localhost"})
            answer.raise_for_status()
            client().set(f"floor:Bearer {token}", answer.content)


@contextmanager
def _server(module: str, port_variable: str, variables: dict[str, str]) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, **variables, port_variable: str(port)}
    process = subprocess.Popen([sys.executable, "-m", module], env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _picture(ours: Server, requests: Sequence[bytes], options: argparse.Namespace) -> str:
    """Stacks of the busiest worker while it is asked, by py-spy; only of threads that hold the GIL: others may just wait."""
    workers = family_of(ours.pid) - {ours.pid}
    busiest = max(workers, key=lambda pid: cpu_seconds([pid]))
    stacks = Path("var/bench") / f"home-{secrets.token_hex(4)}.txt"
    stacks.parent.mkdir(parents=True, exist_ok=True)
    spy = str(Path(sys.executable).parent / "py-spy")
    command = [spy, "record", "--pid", str(busiest), "--format", "raw", "--rate", "400", "--duration", "8", "--gil"]
    with subprocess.Popen([*command, "--output", str(stacks)]) as recording:
        hammer(ours.port, requests, connections=8, seconds=10)
        recording.wait(60)
    draw(stacks, options.picture, title="A web worker answering home: where it holds the GIL")
    stacks.unlink()
    return str(options.picture)


if __name__ == "__main__":
    main()
