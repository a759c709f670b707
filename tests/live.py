"""The running stack as tests see it, made of the same process list as `make up`."""

import email
import email.policy
import os
import re
import signal
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from django.conf import settings
from django.db import connection

from config.processes import PROCESSES
from config.stack import Stack


def database_url() -> str:
    """The test database as a libpq URL, for processes outside the test."""
    values = connection.settings_dict
    host = values["HOST"]
    place = f"{host}:{values['PORT']}" if not host.startswith("/") else ""
    socket = f"?host={host}" if host.startswith("/") else ""
    password = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    return f"postgresql://{values['USER']}{password}@{place}/{values['NAME']}{socket}"


class LiveStack:
    """Web, worker and beat on the test database; a test may kill and restart any of them."""

    def __init__(self, *, port: int, logs: Path, variables: dict[str, str] | None = None) -> None:
        # A name and no number: browsers and WebAuthn know no relying party that is an IP address.
        self.url = f"http://localhost:{port}"
        self.logs = logs
        variables = {
            **(variables or {}),
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "HUMANKIND_PORT": str(port),
            "HUMANKIND_PUBLIC_URL": self.url,
            "HUMANKIND_DATABASE_POOL": "20",
            # The double of a push service listens on this machine.
            "HUMANKIND_PUSH_TO_PRIVATE_ADDRESSES": "true",
            "HUMANKIND_MAIL_FOLDER": str(logs / "mail"),
        }
        self.stack = Stack(variables=variables, logs=logs)

    def __enter__(self) -> Self:
        self.stack.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.__exit__(kind, error, trace)

    def environment(self) -> dict[str, str]:
        """The variables of the stack, for a command that a test runs beside it."""
        return {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **self.stack.variables}

    def is_ready(self) -> bool:
        """Whether the web process answers that it is ready."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self, name: str) -> None:
        """`kill -9` one process of the list and all that it has forked."""
        os.killpg(self.stack.running[name].pid, signal.SIGKILL)
        self.stack.running[name].wait()

    def revive(self) -> list[str]:
        """Start again what was killed."""
        return self.stack.revive()

    def letters_to(self, address: str) -> list[EmailMessage]:
        """The e-mails that the worker has sent to somebody, oldest first."""
        folder = self.logs / "mail"
        files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns) if folder.exists() else []
        # Django's file backend ends each message with a line of dashes.
        parts = [part for file in files for part in re.split(rb"\n-{79}\n", file.read_bytes()) if part.strip()]
        letters = [email.message_from_bytes(part, policy=email.policy.default) for part in parts]
        return [letter for letter in letters if address in str(letter["To"])]

    def log_text(self) -> str:
        """Everything that the processes have logged so far."""
        return "".join((self.logs / f"{process.name}.log").read_text() for process in PROCESSES)


def wait_for(condition: Callable[[], object], *, what: str, seconds: float = 30) -> None:
    """Wait until `condition` holds; fails with what was waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s in vain for {what}")
