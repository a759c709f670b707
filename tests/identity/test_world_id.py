"""Admission by World ID, as an app with IDKit goes through it; World's service stands at the other end of the wire."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone

from common.models import Event
from identity.engines.nullifiers import FIELD
from identity.models import Credential, Person, WorldIdNullifier, WorldIdProof, WorldIdRequest
from identity.queries.world_id import nullifier_keys
from tests.clients.people import Caller, fresh_name, join
from tests.identity.world_id_service import APP_ID, RP_ID, SELFIE, Human, WorldIdService, field_of
from tests.live import LiveStack, wait_for

pytestmark = pytest.mark.stack

API = "/api/humankind/v1"
ADA, BEN = Human("ada"), Human("ben")


@pytest.fixture
def world(world_service: WorldIdService, stack: LiveStack) -> Iterator[WorldIdService]:
    world_service.rest()
    yield world_service
    world_service.rest()


def newcomer(http: httpx.Client) -> Caller:
    return join(http, fresh_name(), admitted=False)


def asked(caller: Caller) -> dict[str, Any]:
    answer = caller.post(f"{API}/world-id/requests")
    assert answer.status_code == 201, answer.text
    request: dict[str, Any] = answer.json()
    return request


def hand_in(caller: Caller, request: dict[str, Any], result: Any) -> httpx.Response:
    return caller.post(f"{API}/world-id/proofs", request=request["id"], result=result)


def admit(caller: Caller, human: Human) -> httpx.Response:
    request = asked(caller)
    return hand_in(caller, request, human.answer(request))


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_person_with_a_world_id_is_admitted_and_posts(http: httpx.Client, world: WorldIdService) -> None:
    ada = newcomer(http)
    assert ada.post("/api/v1/statuses", status="too early").status_code == 403
    request = asked(ada)
    assert (request["app_id"], request["rp_context"]["rp_id"], request["protocol"]) == (APP_ID, RP_ID, "4.0")
    assert request["allow_legacy_proofs"] is False
    assert len(request["rp_context"]["signature"]) == 2 + 130
    answer = hand_in(ada, request, ADA.answer(request))
    assert (answer.status_code, answer.json()["state"]) == (201, "accepted"), answer.text
    shown = ada.get(f"{API}/personhood").json()
    assert (shown["level"], shown["method"], shown["admitted"]) == ("unique", "world-id-orb-4.0", True)
    assert ada.say("I was seen by an Orb, once")
    assert ada.get(f"{API}/world-id/proofs/{answer.json()['id']}").json()["state"] == "accepted"
    # The service was told nothing beyond what it documents, and who asks.
    path, body = world.asked[0]
    assert path == f"/api/v4/verify/{RP_ID}"
    assert set(body) == {"protocol_version", "nonce", "action", "environment", "responses"}
    assert str(ada.account_id) not in json.dumps(body)
    assert world.agents == {"humankind/1"}


def test_only_a_keyed_digest_of_the_nullifier_is_kept(http: httpx.Client, world: WorldIdService) -> None:
    assert admit(newcomer(http), ADA).status_code == 201
    written = json.dumps(list(WorldIdNullifier.objects.values()) + list(Event.objects.values("data")), default=str)
    written += json.dumps(list(WorldIdProof.objects.values()), default=str)
    nullifier = ADA.nullifier().removeprefix("0x").lstrip("0")
    assert nullifier not in written
    assert str(int(nullifier, 16)) not in written
    assert WorldIdNullifier.objects.get().digest == nullifier_keys().digest(int(nullifier, 16))


def test_the_same_world_id_on_a_second_account_is_refused_and_told_the_way_back(
    http: httpx.Client, world: WorldIdService
) -> None:
    first, second = newcomer(http), newcomer(http)
    assert admit(first, ADA).status_code == 201
    answer = admit(second, ADA)
    assert refused(answer) == (409, "duplicate")
    assert "sign in to that one" in answer.json()["detail"]
    assert second.get(f"{API}/personhood").json()["admitted"] is False
    followed = second.get(f"{API}/world-id/proofs/{answer.json()['proof']}").json()
    assert (followed["state"], followed["code"]) == ("refused", "duplicate")
    assert Person.objects.count() == WorldIdNullifier.objects.count() == 1


@pytest.mark.parametrize("written", ["upper", "bare zeros"])
def test_a_nullifier_written_differently_is_the_same_person(
    http: httpx.Client, world: WorldIdService, written: str
) -> None:
    assert admit(newcomer(http), ADA).status_code == 201
    second = newcomer(http)
    request = asked(second)
    digits = ADA.nullifier().removeprefix("0x")
    other = "0x" + (digits.upper() if written == "upper" else digits.lstrip("0"))
    assert refused(hand_in(second, request, ADA.answer(request, nullifier=other))) == (409, "duplicate")


def test_a_nullifier_beyond_the_field_would_be_a_second_name_and_is_refused(
    http: httpx.Client, world: WorldIdService
) -> None:
    second = newcomer(http)
    request = asked(second)
    alias = hex(int(ADA.nullifier(), 16) + FIELD)
    assert refused(hand_in(second, request, ADA.answer(request, nullifier=alias))) == (422, "malformed")
    assert world.asked == []


def test_the_same_person_renews_and_an_account_keeps_its_person(http: httpx.Client, world: WorldIdService) -> None:
    ada = newcomer(http)
    assert admit(ada, ADA).status_code == 201
    assert admit(ada, ADA).status_code == 201
    assert list(Credential.objects.order_by("pk").values_list("end_reason", flat=True)) == ["renewed", ""]
    assert refused(admit(ada, BEN)) == (409, "another_world_id")
    assert admit(newcomer(http), BEN).status_code == 201


@pytest.mark.parametrize(
    ("lies", "code"),
    [
        ({"action": "another-action"}, "wrong_action"),
        ({"nonce": field_of("another nonce")}, "wrong_nonce"),
        ({"signal_hash": field_of("another signal")}, "wrong_signal"),
        ({"signal_hash": "0x0"}, "wrong_signal"),
        ({"expires_at_min": 0}, "credential_expired"),
        ({"nullifier": "0x0"}, "malformed"),
        ({"nullifier": "ada"}, "malformed"),
    ],
)
def test_a_proof_of_something_else_is_refused_without_asking(
    http: httpx.Client, world: WorldIdService, lies: dict[str, Any], code: str
) -> None:
    ada = newcomer(http)
    request = asked(ada)
    assert refused(hand_in(ada, request, ADA.answer(request, **lies))) == (422, code)
    assert world.asked == []
    # The request still takes the right one.
    assert hand_in(ada, request, ADA.answer(request)).status_code == 201


def test_only_an_orb_admits(http: httpx.Client, world: WorldIdService) -> None:
    ada = newcomer(http)
    request = asked(ada)
    assert refused(hand_in(ada, request, ADA.answer(request, schema=SELFIE))) == (422, "not_orb")
    renamed = ADA.answer(request, schema=SELFIE)
    renamed["responses"][0] |= {"identifier": "proof_of_human", "issuer_schema_id": 1}
    assert refused(hand_in(ada, request, renamed)) == (422, "invalid_proof")


def test_a_forged_proof_is_refused(http: httpx.Client, world: WorldIdService) -> None:
    mallory = newcomer(http)
    request = asked(mallory)
    forged = ADA.answer(request)
    forged["responses"][0]["nullifier"] = field_of("a nullifier of nobody")
    answer = hand_in(mallory, request, forged)
    assert refused(answer) == (422, "invalid_proof")
    assert "does not hold" in answer.json()["detail"]
    assert refused(hand_in(mallory, request, forged)) == (422, "invalid_proof")
    assert len(world.asked) == 1, "a refused proof is not asked about again"
    assert refused(hand_in(mallory, request, ADA.answer(request))) == (409, "request_used")
    assert not WorldIdNullifier.objects.exists()


def test_a_proof_is_worth_nothing_on_another_account_or_request(http: httpx.Client, world: WorldIdService) -> None:
    ada, thief = newcomer(http), newcomer(http)
    request = asked(ada)
    proof = ADA.answer(request)
    stolen = asked(thief)
    assert refused(hand_in(thief, request, proof)) == (404, "no_request")
    assert refused(hand_in(thief, stolen, proof)) == (422, "wrong_nonce")
    assert refused(hand_in(thief, stolen, proof | {"nonce": stolen["nonce"]})) == (422, "wrong_signal")
    assert hand_in(ada, request, proof).status_code == 201
    later = asked(ada)
    assert refused(hand_in(ada, later, proof | {"nonce": later["nonce"]})) == (422, "wrong_signal")
    # A retry of the very same is no replay.
    assert hand_in(ada, request, proof).status_code == 201
    assert Credential.objects.count() == 1
    own = WorldIdProof.objects.get()
    assert thief.get(f"{API}/world-id/proofs/{own.pk}").status_code == 404


def test_a_request_past_its_deadline_takes_nothing(http: httpx.Client, world: WorldIdService) -> None:
    ada = newcomer(http)
    request = asked(ada)
    WorldIdRequest.objects.update(deadline=timezone.now())
    assert refused(hand_in(ada, request, ADA.answer(request))) == (409, "deadline_passed")


OUTAGES: list[tuple[str, Any]] = [
    ("down", None),
    ("busy", (429, {"code": "too_many_requests", "detail": "Too many requests"})),
    ("broken", (500, {"code": "internal_error", "detail": "Internal server error.", "attribute": None})),
    ("a page in the way", (503, b"<html>maintenance</html>")),
    ("no JSON", (200, b"<html>captive portal</html>")),
    ("endless", (200, b" " * 100_000)),
    ("of somebody else", (200, {"success": True, "action": "be-one-human", "nullifier": "0x1", "results": []})),
    (
        "our registration",
        (400, {"success": False, "code": "rp_not_active", "detail": "RP registration is not active."}),
    ),
    (
        "verifier unreachable",
        (
            400,
            {
                "success": False,
                "code": "all_verifications_failed",
                "detail": "All proof verifications failed.",
                "results": [
                    {"identifier": "orb", "success": False, "code": "verification_failed", "detail": "timeout"}
                ],
            },
        ),
    ),
]


@pytest.mark.parametrize("outage", [given for _, given in OUTAGES], ids=[name for name, _ in OUTAGES])
def test_an_outage_says_try_later_and_loses_nothing(http: httpx.Client, world: WorldIdService, outage: Any) -> None:
    ada = newcomer(http)
    request = asked(ada)
    if outage is None:
        world.silent = True
    else:
        world.then = [outage]
    answer = hand_in(ada, request, ADA.answer(request))
    assert refused(answer) == (503, "world_id_unavailable")
    assert "kept" in answer.json()["detail"]
    assert int(answer.headers["Retry-After"]) > 0
    place = f"{API}/world-id/proofs/{answer.json()['proof']}"
    assert ada.get(place).json()["state"] == "waiting"
    sealed = bytes(WorldIdProof.objects.get().sealed or b"")
    assert b"nullifier" not in sealed
    world.rest()
    # The app may hand the same in again at any time, and gets what became of it.
    assert hand_in(ada, request, ADA.answer(request)).json()["state"] == "accepted"
    assert ada.get(f"{API}/personhood").json()["admitted"] is True
    assert WorldIdProof.objects.get().sealed is None


def test_the_house_asks_again_by_itself(http: httpx.Client, world: WorldIdService) -> None:
    ada = newcomer(http)
    request = asked(ada)
    world.silent = True
    answer = hand_in(ada, request, ADA.answer(request))
    assert answer.status_code == 503
    world.rest()
    # Its time comes; beat's sweep finds it and a worker asks again.
    WorldIdProof.objects.update(next_try_at=timezone.now())
    place = f"{API}/world-id/proofs/{answer.json()['proof']}"
    wait_for(lambda: ada.get(place).json()["state"] == "accepted", what="the worker to ask again", seconds=60)


def test_a_proof_that_nobody_could_tell_of_expires_and_says_so(http: httpx.Client, world: WorldIdService) -> None:
    ada = newcomer(http)
    request = asked(ada)
    world.silent = True
    answer = hand_in(ada, request, ADA.answer(request))
    assert answer.status_code == 503
    now = timezone.now()
    WorldIdProof.objects.update(expires_at=now, next_try_at=now - timedelta(seconds=1))
    place = f"{API}/world-id/proofs/{answer.json()['proof']}"
    wait_for(lambda: ada.get(place).json()["state"] == "expired", what="the sweep to expire it", seconds=60)
    assert "make a new one" in ada.get(place).json()["sentence"]


def test_withdrawing_forgets_the_nullifier_and_ends_the_credential(http: httpx.Client, world: WorldIdService) -> None:
    ada = newcomer(http)
    assert ada.client.delete(f"{API}/world-id", headers=ada.headers).status_code == 404
    assert admit(ada, ADA).status_code == 201
    assert ada.client.delete(f"{API}/world-id", headers=ada.headers).status_code == 204
    assert not WorldIdNullifier.objects.exists()
    assert ada.post("/api/v1/statuses", status="no more").status_code == 403
    assert ada.get("/api/v1/timelines/home").status_code == 200
    assert admit(newcomer(http), ADA).status_code == 201


def test_requests_are_limited_and_a_retry_gets_the_first(http: httpx.Client, world: WorldIdService) -> None:
    ada = newcomer(http)
    first = ada.post(f"{API}/world-id/requests", key="once")
    again = ada.post(f"{API}/world-id/requests", key="once")
    assert (again.json()["id"], again.headers["Idempotency-Replayed"]) == (first.json()["id"], "true")
    for _ in range(19):
        asked(ada)
    answer = ada.post(f"{API}/world-id/requests")
    assert (answer.status_code, answer.json()["limit"]) == (429, 20)


@pytest.mark.parametrize("result", ["", [], {}, {"protocol_version": "3.0"}, {"responses": "x" * 20_000}])
def test_what_is_no_proof_at_all_is_refused(http: httpx.Client, world: WorldIdService, result: Any) -> None:
    ada = newcomer(http)
    assert hand_in(ada, asked(ada), result).status_code == 422
    assert not WorldIdProof.objects.exists()
