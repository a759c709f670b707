"""Cases made by schemathesis for every endpoint that reads or writes, sent to the running stack: none may end in an error of ours.

FUZZ_CASES says how many in all, FUZZ_ONLY of which addresses; `make fuzz` makes 20,000. A failure prints each request that failed, ready for curl.
"""

import math
import os
import re
from collections import Counter
from typing import Any

import httpx
import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.result import Ok

from common.redis import client as redis_client
from tests.clients.people import Caller, join
from tests.fuzz.description import description
from tests.fuzz.existing import make
from tests.live import LiveStack

pytestmark = pytest.mark.stack

CASES = int(os.environ.get("FUZZ_CASES") or 1500)
# A pattern that narrows the addresses, for whoever works on some.
ONLY = re.compile(os.environ.get("FUZZ_ONLY", ""))
# Answers of the 5xx kind that are meant: what this server does not do.
MEANT = {501}
LIMITS_LIFTED_EVERY = 400
# Then other parameters have their turn.
CASES_IN_A_ROUND = 25


@pytest.fixture
def grace(stack: LiveStack, http: httpx.Client) -> Caller:
    return join(http, "grace")


@pytest.mark.timeout(3600)
def test_no_request_ends_in_an_error_of_ours(stack: LiveStack, http: httpx.Client, grace: Caller) -> None:
    eileen = join(http, "eileen")
    session, sent, failed = requests.Session(), Counter[int](), dict[str, str]()
    redis: Any = redis_client()

    def lift_limits() -> None:
        for key in redis.scan_iter("limits*", count=1000):
            redis.delete(key)

    def send(case: schemathesis.Case[Any]) -> None:
        if not sum(sent.values()) % LIMITS_LIFTED_EVERY:
            lift_limits()
        try:
            prepared = session.prepare_request(requests.Request(**_arguments(case, stack.url, grace.token)))
        except (ValueError, requests.RequestException):
            # What no client could put on the wire, such as a header of another alphabet.
            hypothesis.reject()
        answer = session.send(prepared, timeout=120, allow_redirects=False)
        sent[answer.status_code] += 1
        if answer.status_code >= 500 and answer.status_code not in MEANT:
            failed.setdefault(f"{case.method} {case.path}", f"{answer.status_code} {case.as_curl_command()}"[:1500])

    def run_all(seed: int) -> int:
        lift_limits()
        schema = schemathesis.openapi.from_dict(description(make(grace, eileen), seed=seed))
        found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
        operations = [one for one in found if ONLY.search(one.path)]
        for operation in operations:
            run_one(operation, min(CASES_IN_A_ROUND, math.ceil(CASES / len(operations))))
        return len(operations)

    def run_one(operation: Any, cases: int) -> None:
        run = hypothesis.given(case=operation.as_strategy())(send)
        settings(
            max_examples=cases,
            phases=[Phase.generate],
            deadline=None,
            database=None,
            derandomize=not os.environ.get("FUZZ_RANDOM"),
            suppress_health_check=list(HealthCheck),
        )(run)()

    rounds = 0
    while sum(sent.values()) < CASES:
        operations = run_all(rounds)
        rounds += 1
    print(f"{sum(sent.values())} cases of {operations} operations: {dict(sorted(sent.items()))}")  # noqa: T201
    # A token that had died on the way would have made every later case worth nothing.
    assert grace.get("/api/v1/accounts/verify_credentials").status_code == 200
    assert not failed, "\n".join(f"{name}: {what}" for name, what in sorted(failed.items()))


def _arguments(case: schemathesis.Case[Any], url: str, token: str) -> dict[str, Any]:
    made = case.as_transport_kwargs(base_url=url)
    headers = {**dict(made.get("headers") or {}), "Authorization": f"Bearer {token}"}
    known = {"method", "url", "params", "data", "json", "files", "cookies"}
    return {**{name: value for name, value in made.items() if name in known}, "headers": headers}
