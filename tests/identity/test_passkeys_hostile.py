"""Passkeys in hostile hands: other origins, replays, stale and stolen challenges, copies, and other people's ids."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest
from django.utils import timezone

from common.models import Event
from identity.models import Passkey, PasskeyCeremony
from seeds.software_authenticator import SoftwareAuthenticator
from tests.clients.people import PASSWORD, Caller, application, join
from tests.identity.holding import API, asserted, begin_registration, origin, passkeys, register_passkey

pytestmark = pytest.mark.stack


@pytest.fixture
def ada(http: httpx.Client) -> Caller:
    return join(http, "ada")


def _completes(caller: Caller, held: SoftwareAuthenticator) -> httpx.Response:
    """Register with this authenticator, whatever comes of it."""
    response = held.create(begin_registration(caller).json()["public_key"])
    return caller.post(f"{API}/registration/complete", name="Phone", response=response)


def _is(answer: httpx.Response, status: int, code: str) -> bool:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json()["detail"].endswith((".", "PIN.")), "a refusal is a sentence"
    return True


LIES: list[tuple[dict[str, Any], str]] = [
    ({"origin": "https://evil.example"}, "wrong_origin"),
    ({"origin": "http://localhost"}, "wrong_origin"),
    ({"origin": "http://localhost.evil.example"}, "wrong_origin"),
    ({"client_data": {"origin": ["a", "list"]}}, "does_not_verify"),
    ({"client_data": {"crossOrigin": True}}, "wrong_origin"),
    ({"relying_party": "evil.example"}, "wrong_relying_party"),
    ({"user_verified": False}, "user_not_verified"),
    ({"client_data": {"type": "payment.get"}}, "does_not_verify"),
]


@pytest.mark.parametrize(("lie", "code"), LIES)
def test_a_lying_browser_registers_nothing(ada: Caller, lie: dict[str, Any], code: str) -> None:
    held = SoftwareAuthenticator(**{"origin": origin(ada.client), **lie})
    assert _is(_completes(ada, held), 422, code)
    assert passkeys(ada) == []


@pytest.mark.parametrize(("lie", "code"), LIES)
def test_a_lying_browser_shows_nothing(ada: Caller, lie: dict[str, Any], code: str) -> None:
    held = register_passkey(ada)
    for name, value in lie.items():
        setattr(held, name, value)
    answer = ada.post(f"{API}/assertion/complete", response=asserted(ada, held))
    assert _is(answer, 422, code)
    assert passkeys(ada)[0]["last_used_at"] is None


def test_a_response_counts_once(ada: Caller) -> None:
    held = register_passkey(ada)
    response = asserted(ada, held)
    assert ada.post(f"{API}/assertion/complete", response=response).status_code == 200
    assert _is(ada.post(f"{API}/assertion/complete", response=response), 409, "ceremony_used")


def test_of_many_copies_of_a_response_at_one_instant_one_counts(ada: Caller, http: httpx.Client) -> None:
    held = register_passkey(ada)
    held.counts, held.sign_count = False, 0
    Passkey.objects.update(sign_count=0)
    client_id, secret = application(http)
    # Several rounds: without the row's lock two may still miss each other by luck.
    for _ in range(6):
        options = http.post(f"{API}/sign-in/begin").json()["public_key"]
        form = {"client_id": client_id, "client_secret": secret, "response": held.get(options)}
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(partial(_sent, http, form), range(8)))
        assert sorted(answers) == [200] + [409] * 7


def _sent(http: httpx.Client, form: dict[str, Any], _: int) -> int:
    return http.post(f"{API}/sign-in/complete", json=form).status_code


def test_a_response_that_failed_is_spent_too(ada: Caller) -> None:
    held = register_passkey(ada)
    response = asserted(ada, held)
    spoilt = {**response, "response": {**response["response"], "signature": "AAAA"}}
    assert _is(ada.post(f"{API}/assertion/complete", response=spoilt), 422, "does_not_verify")
    assert _is(ada.post(f"{API}/assertion/complete", response=response), 409, "ceremony_used")


@pytest.mark.parametrize("clock", ["Mon, 01 Jan 2001 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_only_the_servers_clock_counts(ada: Caller, clock: str) -> None:
    """A client whose clock is years wrong is served in time, and refused when it is late by ours."""
    ada.headers["Date"] = clock
    held = SoftwareAuthenticator(origin=origin(ada.client), client_data={"timestamp": clock})
    register_passkey(ada, held)
    response = asserted(ada, held)
    PasskeyCeremony.objects.filter(used_at=None).update(deadline=timezone.now() - dt.timedelta(seconds=1))
    assert _is(ada.post(f"{API}/assertion/complete", response=response), 409, "deadline_passed")
    options = begin_registration(ada).json()["public_key"]
    assert options["timeout"] == 300_000, "the client is told how long, and never until when"
    PasskeyCeremony.objects.filter(used_at=None).update(deadline=timezone.now() - dt.timedelta(seconds=1))
    late = SoftwareAuthenticator(origin=origin(ada.client)).create(options)
    assert _is(ada.post(f"{API}/registration/complete", response=late), 409, "deadline_passed")


def test_a_challenge_serves_only_whom_and_what_it_was_drawn_for(ada: Caller, http: httpx.Client) -> None:
    eve = join(http, "eve")
    held, hers = register_passkey(ada), register_passkey(eve)
    stolen = eve.post(f"{API}/assertion/begin").json()["public_key"]
    assert _is(ada.post(f"{API}/assertion/complete", response=held.get(stolen)), 409, "unknown_ceremony")
    sign_in = http.post(f"{API}/sign-in/begin").json()["public_key"]
    assert _is(ada.post(f"{API}/assertion/complete", response=held.get(sign_in)), 409, "unknown_ceremony")
    owning = asserted(ada, held, reason="ownership")
    assert _is(ada.post(f"{API}/assertion/complete", response=owning), 409, "unknown_ceremony")
    invented = {**sign_in, "challenge": "A" * 43}
    assert _is(ada.post(f"{API}/assertion/complete", response=held.get(invented)), 409, "unknown_ceremony")
    # Another's passkey, over a challenge of one's own.
    mine = ada.post(f"{API}/assertion/begin").json()["public_key"]
    assert _is(ada.post(f"{API}/assertion/complete", response=hers.get(mine)), 404, "unknown_passkey")


def test_a_sign_in_says_whose_the_passkey_is(ada: Caller, http: httpx.Client) -> None:
    """WebAuthn section 7.2, step 6: without a name given, the user handle must be there and be the owner's."""
    held = register_passkey(ada)
    client_id, secret = application(http)
    for handle in (b"", b"somebody"):
        held.handle = handle
        options = http.post(f"{API}/sign-in/begin").json()["public_key"]
        form = {"client_id": client_id, "client_secret": secret, "response": held.get(options)}
        assert http.post(f"{API}/sign-in/complete", json=form).status_code == 422


def test_a_count_that_goes_back_is_taken_for_a_copy_and_the_owner_told(ada: Caller) -> None:
    held = register_passkey(ada)
    for _ in range(2):
        assert ada.post(f"{API}/assertion/complete", response=asserted(ada, held)).status_code == 200
    held.sign_count = 1
    assert _is(ada.post(f"{API}/assertion/complete", response=asserted(ada, held)), 409, "copy_suspected")
    told = Event.objects.get(kind="passkey.copy_suspected")
    assert (told.account_id, str(told.subject_id)) == (ada.account_id, passkeys(ada)[0]["id"])
    assert passkeys(ada)[0]["copy_suspected_at"]
    notice = ada.get("/api/humankind/v1/notices").json()["notices"][0]
    assert notice["kind"] == "passkey_copied" and "may have been copied" in notice["subject"]
    held.sign_count = 10
    assert ada.post(f"{API}/assertion/complete", response=asserted(ada, held)).status_code == 200


def test_an_authenticator_that_counts_nothing_is_no_copy(ada: Caller) -> None:
    """Passkeys of password managers always say 0."""
    held = register_passkey(ada, SoftwareAuthenticator(origin=origin(ada.client), counts=False, backed_up=True))
    for _ in range(2):
        assert ada.post(f"{API}/assertion/complete", response=asserted(ada, held)).status_code == 200
    assert passkeys(ada)[0]["backed_up"] is True


def test_somebody_elses_passkey_is_not_there(ada: Caller, http: httpx.Client) -> None:
    register_passkey(ada)
    number = passkeys(ada)[0]["id"]
    eve = join(http, "eve")
    assert _is(eve.post(f"{API}/{number}/revoke", confirm=True, password=PASSWORD), 404, "no_passkey")
    renamed = http.patch(f"{API}/{number}", json={"name": "Eve's"}, headers=eve.headers)
    assert _is(renamed, 404, "no_passkey")
    assert http.post(f"{API}/{number}/revoke").status_code == 401
    assert [each["name"] for each in passkeys(ada)] == ["Phone"]


def test_a_credential_id_belongs_to_one_account(ada: Caller, http: httpx.Client) -> None:
    held = register_passkey(ada)
    eve = join(http, "eve")
    same = SoftwareAuthenticator(origin=origin(http), credential_id=held.credential_id)
    assert _is(_completes(eve, same), 409, "passkey_taken")
    assert passkeys(eve) == [] and len(passkeys(ada)) == 1


def test_an_account_has_twenty_passkeys_at_most(ada: Caller) -> None:
    held = register_passkey(ada)
    waiting = begin_registration(ada).json()["public_key"]
    row = Passkey.objects.get()
    more = {"account_id": ada.account_id, "public_key": row.public_key, "aaguid": row.aaguid, "name": "Another"}
    Passkey.objects.bulk_create(Passkey(credential_id=bytes([number]) * 32, **more) for number in range(19))
    assert _is(begin_registration(ada), 409, "too_many_passkeys")
    late = SoftwareAuthenticator(origin=origin(ada.client)).create(waiting)
    assert _is(ada.post(f"{API}/registration/complete", response=late), 409, "too_many_passkeys")
    assert ada.post(f"{API}/assertion/complete", response=asserted(ada, held)).status_code == 200


@pytest.mark.parametrize(
    "spoilt",
    [
        {"clientDataJSON": "not base64url!"},
        {"clientDataJSON": "bnVsbA"},
        {"clientDataJSON": "x" * 9000},
        {"attestationObject": ""},
        {"attestationObject": "gYGBgYGB"},
        {"attestationObject": "gQ" + "GB" * 9000},
        {"attestationObject": None},
        {"transports": ["usb"] * 11},
    ],
)
def test_what_is_no_answer_at_all_is_refused_with_a_sentence(ada: Caller, spoilt: dict[str, Any]) -> None:
    response = SoftwareAuthenticator(origin=origin(ada.client)).create(begin_registration(ada).json()["public_key"])
    answer = ada.post(
        f"{API}/registration/complete", response={**response, "response": {**response["response"], **spoilt}}
    )
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"]
    senseless: list[Any] = [None, [], "text", {"id": 1}]
    for nothing in senseless:
        assert ada.post(f"{API}/registration/complete", response=nothing).status_code == 422


def test_a_suspended_login_is_not_entered_by_passkey(ada: Caller, http: httpx.Client) -> None:
    held = register_passkey(ada)
    Passkey.objects.get().account.__class__.objects.update(is_active=False)
    client_id, secret = application(http)
    options = http.post(f"{API}/sign-in/begin").json()["public_key"]
    form = {"client_id": client_id, "client_secret": secret, "response": held.get(options)}
    assert _is(http.post(f"{API}/sign-in/complete", json=form), 401, "unknown_passkey")
