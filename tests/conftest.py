"""What every test may ask for; see docs/architecture.md for how the tests are laid out."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import OperationalError, connection
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg.errors import DeadlockDetected

from common.redis import client
from tests.identity.world_id_service import WorldIdService
from tests.live import LiveStack, wait_for
from tests.privacy_watch import PrivacyWatch, watching

FACES = Path(__file__).parent.parent.parent / "shared" / "faces"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The running stack comes last: its worker and beat would also work on the rows of tests that do without them."""
    items.sort(key=lambda item: "live_stack" in getattr(item, "fixturenames", ()))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A developer's machine may lack what a test needs; continuous integration installs it, so there nothing may skip."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and exitstatus == 0 and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line("A test was skipped, and in CI none may be.", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The names of what failed once more, as the last lines: in CI a failure's message may be longer than what is kept."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    for kind in ("failed", "error"):
        for report in reporter.stats.get(kind, ()):
            reporter.write_line(f"{kind}: {report.nodeid} ({report.when})", red=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """The test database's name carries the process id, so that two runs on one server keep out of each other's way."""
    connection.settings_dict["TEST"]["NAME"] = f"test_humankind_{os.getpid()}"


@pytest.fixture(scope="session")
def faces() -> Path:
    """The folder of real photographs; a test that needs it is skipped where it is absent."""
    if not FACES.is_dir():
        pytest.skip("../shared/faces is absent: it holds the photographs that this test measures on")
    return FACES


@pytest.fixture(scope="session")
def world_service() -> Iterator[WorldIdService]:
    """The other end of World ID's wire, for the session."""
    with WorldIdService() as service:
        yield service


@pytest.fixture(scope="session")
def live_stack(
    django_db_setup: None,
    tmp_path_factory: pytest.TempPathFactory,
    world_service: WorldIdService,
    privacy_watch: PrivacyWatch,
) -> Iterator[LiveStack]:
    """Real web, worker and beat processes on the test database, started once for the session."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    logs = tmp_path_factory.mktemp("logs")
    privacy_watch.folders.append(logs)
    # No test asks the internet for the pages that statuses link to; tests/feed/test_link_cards.py has a server of its own.
    variables = {**world_service.variables(), "HUMANKIND_LINK_CARDS": "false"}
    with LiveStack(port=port, logs=logs, variables=variables) as stack:
        wait_for(stack.is_ready, what="the stack to be ready", seconds=90)
        yield stack


@pytest.fixture(scope="session")
def patient_flush() -> Iterator[None]:
    """Emptying the tables locks them all, and a worker in the middle of its work may hold some: then it is tried again."""
    flush = DatabaseOperations.execute_sql_flush

    def again(self: DatabaseOperations, statements: Any) -> None:
        for _ in range(10):
            try:
                return flush(self, statements)
            except OperationalError as error:
                if not isinstance(error.__cause__, DeadlockDetected):
                    raise
        return flush(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", again)
        yield


@pytest.fixture(scope="session", autouse=True)
def privacy_watch() -> Iterator[PrivacyWatch]:
    """Fails the run when a frame, an embedding or a key is found in the database, in Redis or in a log."""
    with watching() as watch:
        yield watch


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Every test has the whole of every rate limit; all of them call from one address."""
    redis: Any = client()
    for key in redis.scan_iter("limits*", count=1000):
        redis.delete(key)


@pytest.fixture
def stack(patient_flush: None, live_stack: LiveStack, transactional_db: None) -> LiveStack:
    """The running stack, with an empty database at the start and the end of the test."""
    return live_stack


@pytest.fixture
def http(stack: LiveStack) -> Iterator[httpx.Client]:
    """A plain HTTP client of the running stack."""
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        yield client
