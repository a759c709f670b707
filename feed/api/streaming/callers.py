"""Who opens a stream, and how many one may have open."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from common import rate_limits
from common.authentication import valid_token
from feed.api.streaming.refusals import Refused
from feed.queries.home_timeline import note_reading

CONNECTIONS_PER_ACCOUNT = 25
OPENED_IN_FIVE_MINUTES = 600
MOST_PARAMETERS = 50


@dataclass(frozen=True)
class Caller:
    """An account with the token by which it came."""

    account_id: int
    token_id: int
    scopes: frozenset[str]
    address: str


def query_of(scope: dict[str, Any]) -> dict[str, str]:
    """The first value of each parameter in the address. Raises Refused for more than 50."""
    try:
        parsed = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise Refused(f"An address has at most {MOST_PARAMETERS} parameters.", status=400) from None
    return {name: values[0] for name, values in parsed.items()}


def token_in(scope: dict[str, Any]) -> str:
    """The token, from the places where Mastodon takes it: header, address, WebSocket subprotocol. Raises Refused."""
    authorization = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    kind, _, given = authorization.decode("latin-1").partition(" ")
    protocols = scope.get("subprotocols") or [""]
    value = given if kind.lower() == "bearer" else query_of(scope).get("access_token") or protocols[0]
    if not value.strip():
        raise Refused("Missing access token", status=401)
    return str(value.strip())


def recognise(value: str, address: str) -> Caller:
    """The account behind a token. Raises Refused: 401, also for an application's own token; 429."""
    allowance = rate_limits.spend("streams", who=f"address:{address}", limit=OPENED_IN_FIVE_MINUTES)
    if allowance.exceeded:
        sentence = f"Too many streams: {OPENED_IN_FIVE_MINUTES} may be opened in five minutes."
        raise Refused(sentence, status=429, retry_after=allowance.seconds_left())
    token = valid_token(value) if "\0" not in value else None
    if token is None or token.user is None:
        raise Refused("Invalid access token", status=401)
    # Who listens reads: the fan-out passes over those who do not.
    note_reading([token.user.pk])
    return Caller(token.user.pk, token.pk, frozenset(token.get_scopes()), address)


class Seats:
    """Connections of this process, counted by account and by network address."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken_by(self, caller: Caller) -> Iterator[None]:
        """Holds a seat. Raises Refused (429, or 503 when the process is full)."""
        limits = {
            f"account:{caller.account_id}": (CONNECTIONS_PER_ACCOUNT, "account", 429),
            f"address:{caller.address}": (settings.STREAMS_PER_ADDRESS, "network address", 429),
            "process": (settings.STREAMS_PER_PROCESS, "server", 503),
        }
        for name, (most, what, status) in limits.items():
            if self._taken[name] >= most:
                raise Refused(f"Too many streams are open: {most} for each {what}.", status=status)
        self._taken.update(limits.keys())
        try:
            yield
        finally:
            self._taken.subtract(limits.keys())
            self._taken = +self._taken
