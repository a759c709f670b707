"""World ID under attack and under failure: one nullifier at the same instant, and a process killed while it asks."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest
from django.utils import timezone

from identity.models import Credential, Person, WorldIdNullifier, WorldIdProof
from tests.clients.people import Caller, fresh_name, join
from tests.identity.world_id_service import Human, WorldIdService
from tests.live import LiveStack, wait_for

pytestmark = pytest.mark.stack

API = "/api/humankind/v1"
ROUNDS, ACCOUNTS = 5, 2


@pytest.fixture
def world(world_service: WorldIdService, stack: LiveStack) -> Iterator[WorldIdService]:
    world_service.rest()
    yield world_service
    world_service.rest()


def test_one_nullifier_on_two_accounts_at_the_same_instant_admits_one(
    http: httpx.Client, stack: LiveStack, world: WorldIdService
) -> None:
    for number in range(ROUNDS):
        human = Human(f"racer {number}")
        callers = [join(http, fresh_name(), admitted=False) for _ in range(ACCOUNTS)]
        # The service lets both answers go together.
        together = threading.Barrier(ACCOUNTS)
        world.gate = lambda together=together: together.wait(20)

        def race(caller: Caller, human: Human = human) -> tuple[int, str]:
            request = caller.post(f"{API}/world-id/requests").json()
            with httpx.Client(base_url=stack.url, timeout=60) as own:
                given = {"request": request["id"], "result": human.answer(request)}
                answer = own.post(f"{API}/world-id/proofs", json=given, headers=caller.headers)
            return answer.status_code, answer.json().get("code", "")

        with ThreadPoolExecutor(ACCOUNTS) as threads:
            outcomes = list(threads.map(race, callers))
        assert Counter(outcomes) == {(201, ""): 1, (409, "duplicate"): ACCOUNTS - 1}
    assert WorldIdNullifier.objects.count() == Person.objects.count() == Credential.objects.count() == ROUNDS


def test_a_web_process_killed_while_it_asks_loses_no_proof(
    http: httpx.Client, stack: LiveStack, world: WorldIdService
) -> None:
    ada = join(http, fresh_name(), admitted=False)
    request = ada.post(f"{API}/world-id/requests").json()
    asking, killed = threading.Event(), threading.Event()

    def hold() -> None:
        asking.set()
        killed.wait(60)

    world.gate = hold

    def hand_in() -> None:
        with suppress(httpx.TransportError):
            ada.post(f"{API}/world-id/proofs", request=request["id"], result=Human("ada").answer(request))

    with ThreadPoolExecutor(1) as threads:
        threads.submit(hand_in)
        assert asking.wait(30)
        stack.kill("web")
        killed.set()
    assert stack.revive() == ["web"]
    wait_for(stack.is_ready, what="the web process to be back", seconds=180)
    world.rest()
    WorldIdProof.objects.update(next_try_at=timezone.now())
    wait_for(lambda: WorldIdProof.objects.get().state == "accepted", what="the worker to ask again", seconds=60)
    assert ada.get(f"{API}/personhood").json()["admitted"] is True
