"""The whole stack, running on a database and a Redis database of its own for a measurement; nothing else is touched."""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.scratch import scratch_database

if TYPE_CHECKING:
    from tests.live import LiveStack

# The Redis database of the tests: both begin by emptying it.
SETTINGS = "tests.settings"
REQUESTS, STREAMS = "1000000", "100000"


@contextmanager
def scratch_servers() -> Iterator[None]:
    """An empty database and an empty Redis, without processes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    with scratch_database():
        from common.redis import client

        client().flushdb(asynchronous=True)
        try:
            yield
        finally:
            client().flushdb(asynchronous=True)


@contextmanager
def running_stack() -> Iterator["LiveStack"]:
    """Web, worker and beat as `make up` runs them, without limits on how much one may ask; call it inside `scratch_servers`."""
    from tests.live import LiveStack, wait_for

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as logs:
        variables = {"HUMANKIND_REQUESTS_PER_FIVE_MINUTES": REQUESTS, "HUMANKIND_STREAMS_PER_ADDRESS": STREAMS}
        with LiveStack(port=port, logs=Path(logs), variables=variables) as stack:
            wait_for(stack.is_ready, what="the stack to be ready", seconds=180)
            yield stack


def load() -> str:
    """How busy the machine is: what else runs on it is measured along."""
    return "load average " + ", ".join(f"{each:.1f}" for each in os.getloadavg())
