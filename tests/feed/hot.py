"""A caller of ASGI applications, for comparing the hot reads with Django."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from feed.api.hot import batches
from feed.api.hot.application import Application
from identity.operations.applications import issue_token, register_application

HOME = "/api/v1/timelines/home"
# These differ between any two requests.
CHANGING = {b"x-request-id", b"x-ratelimit-remaining", b"x-ratelimit-reset"}


@dataclass(frozen=True)
class Heard:
    """An answer; headers without those that differ between any two."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes
    remaining: int


def token_of(account_id: int, *scopes: str) -> str:
    """A new token."""
    made = register_application(
        name="Hot", redirect_uris=["urn:ietf:wg:oauth:2.0:oob"], scopes=["read", "read:statuses", "read:accounts"]
    )
    return issue_token(client=made.client, account_id=account_id, scopes=scopes or ["read"])


def hear(application: Application, path: str, *headers: tuple[str, str], method: str = "GET") -> Heard:
    """The answer of one request; `path` may have a query."""
    address, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost"), *((name.encode(), value.encode()) for name, value in headers)],
        "client": ("127.0.0.1", 50_000),
        "server": ("localhost", 8000),
    }
    sent: list[dict[str, Any]] = []

    async def run() -> None:
        bodies = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> dict[str, Any]:
            for message in bodies:
                return message
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await application(scope, receive, send)

    async_to_sync(run)()
    found = {name.lower(): value for name, value in sent[0]["headers"]}
    return Heard(
        status=sent[0]["status"],
        headers={name: value for name, value in found.items() if name not in CHANGING},
        body=b"".join(message.get("body", b"") for message in sent[1:]),
        remaining=int(found.get(b"x-ratelimit-remaining", b"-1")),
    )


@pytest.fixture
def closing() -> Iterator[None]:
    """The threads of the hot reads keep their connections, and the test database could not be dropped."""
    yield
    together = Barrier(batches.THREADS)

    def close() -> None:
        together.wait()
        connection.close()

    for done in [batches.threads.submit(close) for _ in range(batches.THREADS)]:
        done.result()
