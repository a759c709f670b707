"""World ID 3.0, our registration, and our keys: what needs no running stack."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from common.problems import Conflict, NotAllowed, NotFound, Problem
from config.environment import Environment
from identity.models import Account, WorldIdNullifier, WorldIdProof
from identity.operations.age import declare_age
from identity.operations.vouching import request_vouch
from identity.operations.world_id import OpenRequest, open_request, submit_proof
from identity.queries.personhood import personhood_of
from tests.identity.world_id_service import ACTION, APP_ID, RP_ID, SIGNING_KEY, Human, WorldIdService, field_of

pytestmark = pytest.mark.django_db(transaction=True)

ADA = Human("ada")


@pytest.fixture
def registered(settings: Any, world_service: WorldIdService) -> Iterator[WorldIdService]:
    """Registered with the service, without World ID 4.0."""
    world_service.rest()
    settings.WORLD_ID_APP_ID, settings.WORLD_ID_RP_ID, settings.WORLD_ID_ACTION = APP_ID, "", ACTION
    settings.WORLD_ID_SIGNING_KEY, settings.WORLD_ID_URL = SIGNING_KEY, world_service.url
    yield world_service
    world_service.rest()


def as_app(opened: OpenRequest) -> dict[str, Any]:
    """A request as an app would see it."""
    shown: dict[str, Any] = {"action": opened.row.action, "nonce": opened.row.nonce, "signal": opened.asked.signal}
    return shown | {"rp_context": {"created_at": int(opened.row.created_at.timestamp())}}


def admit(account: Account, human: Human = ADA) -> WorldIdProof:
    opened = open_request(account_id=account.pk)
    request = as_app(opened)
    result = human.answer(request) if opened.context else human.answer_30(request)
    return submit_proof(account_id=account.pk, request_id=opened.row.pk, result=result)


def test_version_three_asks_the_cloud_endpoint(registered: WorldIdService) -> None:
    ada, second = (Account.objects.create(username=name) for name in ("ada", "second"))
    assert admit(ada).state == "accepted"
    assert personhood_of([ada.pk])[ada.pk].method == "world-id-orb-3.0"
    path, body = registered.asked[0]
    assert path == f"/api/v2/verify/{APP_ID}"
    assert (body["verification_level"], body["max_age"]) == ("orb", 86_400)
    with pytest.raises(Conflict) as refusal:
        admit(second)
    assert refusal.value.code == "duplicate"


def test_a_telephone_shows_nobody_unique(registered: WorldIdService) -> None:
    account = Account.objects.create(username="ada")
    opened = open_request(account_id=account.pk)
    with pytest.raises(Problem) as refusal:
        submit_proof(
            account_id=account.pk, request_id=opened.row.pk, result=ADA.answer_30(as_app(opened), level="device")
        )
    assert refusal.value.code == "not_orb"
    assert registered.asked == []


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ((400, {"code": "invalid_merkle_root", "detail": "...", "attribute": None}), 422, "invalid_merkle_root"),
        ((400, {"code": "root_too_old", "detail": "...", "attribute": None}), 422, "root_too_old"),
        ((400, {"code": "max_verifications_reached", "detail": "...", "attribute": None}), 422, "already_verified"),
        ((400, {"code": "exceeded_max_verifications", "detail": "...", "attribute": None}), 422, "already_verified"),
        ((400, {"code": "invalid", "detail": "...", "attribute": "credential_type"}), 422, "proof_refused"),
        ((400, {"code": "action_inactive", "detail": "...", "attribute": "status"}), 503, "world_id_unavailable"),
        ((400, {"code": "verification_error", "detail": "...", "attribute": None}), 503, "world_id_unavailable"),
        ((404, {"code": "not_found", "detail": "...", "attribute": None}), 503, "world_id_unavailable"),
    ],
)
def test_documented_errors_become_sentences(registered: WorldIdService, answer: Any, status: int, code: str) -> None:
    registered.then = [answer]
    with pytest.raises(Problem) as refusal:
        admit(Account.objects.create(username="ada"))
    assert (refusal.value.status, refusal.value.code) == (status, code)
    assert "..." not in refusal.value.sentence


def test_a_proof_of_the_other_version_would_count_a_person_twice(registered: WorldIdService, settings: Any) -> None:
    settings.WORLD_ID_RP_ID = RP_ID
    account = Account.objects.create(username="ada")
    opened = open_request(account_id=account.pk)
    with pytest.raises(Problem) as refusal:
        submit_proof(account_id=account.pk, request_id=opened.row.pk, result=ADA.answer_30(as_app(opened)))
    assert refusal.value.code == "wrong_protocol"
    assert registered.asked == []


def test_after_a_change_of_version_only_newer_credentials_count(registered: WorldIdService, settings: Any) -> None:
    settings.WORLD_ID_RP_ID, settings.WORLD_ID_CREDENTIAL_SINCE = RP_ID, 1_780_000_000
    with pytest.raises(Problem) as refusal:
        admit(Account.objects.create(username="ada"))
    assert refusal.value.code == "credential_too_old"


def test_another_key_admits_nobody_as_new(registered: WorldIdService, settings: Any) -> None:
    ada, second = (Account.objects.create(username=name) for name in ("ada", "second"))
    admit(ada)
    settings.PSEUDONYM_ROOT_SECRET = "another root secret, under which nobody would be known again"
    with pytest.raises(Problem) as refusal:
        admit(second)
    assert (refusal.value.status, refusal.value.code) == (503, "world_id_unavailable")
    assert WorldIdNullifier.objects.count() == 1
    assert not personhood_of([second.pk])[second.pk].admitted


def test_a_server_without_registration_says_so(settings: Any) -> None:
    settings.WORLD_ID_APP_ID = ""
    account = Account.objects.create(username="ada")
    for attempt in (
        lambda: open_request(account_id=account.pk),
        lambda: submit_proof(account_id=account.pk, request_id=1, result={}),
    ):
        with pytest.raises(NotFound) as refusal:
            attempt()
        assert refusal.value.code == "world_id_off"


def test_whoever_said_to_be_too_young_is_not_admitted_by_another_way(registered: WorldIdService) -> None:
    account = Account.objects.create(username="kim")
    declare_age(account_id=account.pk, region="DE", over=0)
    for attempt in (open_request, request_vouch):
        with pytest.raises(NotAllowed) as refusal:
            attempt(account_id=account.pk)
        assert refusal.value.code == "too_young"


def test_a_forged_nullifier_in_the_answer_admits_nobody(registered: WorldIdService) -> None:
    said = {"success": True, "action": ACTION, "nullifier_hash": field_of("somebody else")}
    registered.then = [(200, said)]
    with pytest.raises(Problem) as refusal:
        admit(Account.objects.create(username="ada"))
    assert refusal.value.status == 503
    assert not WorldIdNullifier.objects.exists()


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"world_id_rp_id": RP_ID}, "WORLD_ID_APP_ID"),
        ({"world_id_app_id": APP_ID, "world_id_rp_id": RP_ID}, "SIGNING_KEY"),
        ({"world_id_app_id": APP_ID, "world_id_rp_id": RP_ID, "world_id_signing_key": "0x12"}, "SIGNING_KEY"),
        ({"env": "production", "world_id_app_id": APP_ID, "world_id_url": "http://plain.example"}, "https"),
        ({"env": "production", "world_id_app_id": APP_ID, "world_id_environment": "staging"}, "simulator"),
    ],
)
def test_half_a_registration_stops_the_start_up(given: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        Environment(_env_file=None, **given)
