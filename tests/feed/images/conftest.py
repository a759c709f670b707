"""People with tokens, as clients of the running stack."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.clients.people import fresh_name, join
from tests.live import LiveStack


@contextmanager
def _joined(stack: LiveStack, http: httpx.Client, prefix: str, *, admitted: bool = True) -> Iterator[httpx.Client]:
    person = join(http, fresh_name(prefix), admitted=admitted)
    with httpx.Client(base_url=stack.url, timeout=30, headers=person.headers) as client:
        yield client


@pytest.fixture
def grace(stack: LiveStack, http: httpx.Client) -> Iterator[httpx.Client]:
    with _joined(stack, http, "grace") as client:
        yield client


@pytest.fixture
def eileen(stack: LiveStack, http: httpx.Client) -> Iterator[httpx.Client]:
    with _joined(stack, http, "eileen") as client:
        yield client


@pytest.fixture
def stranger(stack: LiveStack, http: httpx.Client) -> Iterator[httpx.Client]:
    """Signed up, and not admitted."""
    with _joined(stack, http, "stranger", admitted=False) as client:
        yield client
