"""Passkeys: added, used to sign in and to show that one is there, named and removed."""

import datetime as dt

import httpx
import pytest
from django.utils import timezone

from common.models import Event
from identity.models import Account, Credential, PresenceDemand
from identity.operations.presence import demand_presence
from seeds.software_authenticator import SoftwareAuthenticator
from tests.clients.people import PASSWORD, application, join
from tests.identity.holding import API, asserted, begin_registration, origin, passkeys, register_passkey

pytestmark = pytest.mark.stack


def _sign_in(http: httpx.Client, held: SoftwareAuthenticator, **more: str) -> httpx.Response:
    client_id, secret = application(http)
    options = http.post(f"{API}/sign-in/begin").json()["public_key"]
    form = {"client_id": client_id, "client_secret": secret, "response": held.get(options), **more}
    return http.post(f"{API}/sign-in/complete", json=form)


def test_a_passkey_is_added_and_signs_in_without_a_name(http: httpx.Client) -> None:
    ada = join(http, "ada", admitted=False)
    begun = begin_registration(ada).json()["public_key"]
    assert begun["authenticatorSelection"]["userVerification"] == "required"
    assert begun["authenticatorSelection"]["residentKey"] == "preferred"
    held = register_passkey(ada, name="Ada's phone")
    assert [(each["name"], each["backed_up"]) for each in passkeys(ada)] == [("Ada's phone", False)]

    options = http.post(f"{API}/sign-in/begin").json()["public_key"]
    assert "allowCredentials" not in options and options["userVerification"] == "required"
    answer = _sign_in(http, held)
    assert answer.status_code == 200, answer.text
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    me = http.get("/api/v1/accounts/verify_credentials", headers=headers)
    assert me.json()["username"] == "ada"
    assert passkeys(ada)[0]["last_used_at"]
    assert Event.objects.filter(kind="passkey.signed_in", account_id=ada.account_id).count() == 1


def test_a_token_has_the_scopes_that_were_asked_for_and_registered(http: httpx.Client) -> None:
    held = register_passkey(join(http, "ada"))
    assert _sign_in(http, held, scope="read:accounts").json()["scope"] == "read:accounts"
    beyond = _sign_in(http, held, scope="admin:read")
    assert (beyond.status_code, beyond.json()["code"]) == (422, "invalid_scope")
    wrong = _sign_in(http, held, client_secret="wrong")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_client")


def test_a_passkey_shows_a_human_and_does_not_admit(http: httpx.Client) -> None:
    ada = join(http, "ada", admitted=False)
    held = register_passkey(ada)
    personhood = ada.get("/api/humankind/v1/personhood").json()
    assert (personhood["level"], personhood["admitted"]) == ("present", False)
    assert ada.post("/api/v1/statuses", status="Hello").status_code == 403
    assert _sign_in(http, held).status_code == 200
    live = Credential.objects.filter(account_id=ada.account_id, ended_at=None)
    assert [(each.kind, each.level) for each in live] == [("passkey", "present")]


def test_a_demand_for_presence_is_met_by_a_passkey(http: httpx.Client) -> None:
    ada = join(http, "ada")
    held = register_passkey(ada)
    soon = timezone.now() + dt.timedelta(hours=1)
    demand = demand_presence(account_id=ada.account_id, asked_by="test", reason="Are you there?", deadline=soon)
    PresenceDemand.objects.filter(pk=demand.pk).update(deadline=timezone.now() - dt.timedelta(seconds=1))
    assert ada.post("/api/v1/statuses", status="Late").status_code == 403
    answer = ada.post(f"{API}/assertion/complete", response=asserted(ada, held))
    assert answer.status_code == 200, answer.text
    assert ada.say("Here I am")
    assert PresenceDemand.objects.get().met_by == "passkey"


def test_adding_a_passkey_takes_more_than_a_token(http: httpx.Client) -> None:
    """Else an application that may write could let itself in for ever."""
    ada = join(http, "ada")
    bare = ada.post(f"{API}/registration/begin")
    assert (bare.status_code, bare.json()["code"], bare.json()["ways"]) == (403, "proof_required", ["password"])
    wrong = begin_registration(ada, password="not the password")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    held = register_passkey(ada)
    register_passkey(ada, assertion=asserted(ada, held, reason="ownership"), name="Second")
    elsewhere = begin_registration(ada, assertion=asserted(ada, held, reason="presence"))
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "unknown_ceremony")
    assert len(passkeys(ada)) == 2


def test_passwords_cannot_be_tried_without_end(http: httpx.Client) -> None:
    ada = join(http, "ada")
    answers = [begin_registration(ada, password=f"guess {number}").status_code for number in range(11)]
    assert answers == [403] * 10 + [429]


def test_a_passkey_is_renamed_and_removed(http: httpx.Client) -> None:
    ada = join(http, "ada")
    held = register_passkey(ada, name="Phone")
    register_passkey(ada, name="Laptop")
    first = passkeys(ada)[0]["id"]
    renamed = http.patch(f"{API}/{first}", json={"name": "Old phone"}, headers=ada.headers)
    assert renamed.json()["name"] == "Old phone"
    for name in ("", "x" * 61, "two\nlines"):
        assert http.patch(f"{API}/{first}", json={"name": name}, headers=ada.headers).status_code == 422
    left = ada.post(f"{API}/{first}/revoke")
    assert [each["name"] for each in left.json()["passkeys"]] == ["Laptop"]
    told = ada.get("/api/humankind/v1/notices").json()["notices"]
    assert [each["kind"] for each in told] == ["passkey_removed", "passkey_added", "passkey_added"]
    refused = _sign_in(http, held)
    assert (refused.status_code, refused.json()["code"]) == (401, "unknown_passkey")


def test_the_last_passkey_goes_only_when_it_is_meant_and_by_its_owner(http: httpx.Client) -> None:
    ada = join(http, "ada", admitted=False)
    held = register_passkey(ada)
    address = f"{API}/{passkeys(ada)[0]['id']}/revoke"
    asked = ada.post(address)
    assert (asked.status_code, asked.json()["code"]) == (409, "confirmation_required")
    unproven = ada.post(address, confirm=True)
    assert (unproven.status_code, unproven.json()["code"]) == (403, "proof_required")
    assert ada.post(address, confirm=True, password="wrong").status_code == 403
    removed = ada.post(address, confirm=True, assertion=asserted(ada, held, reason="ownership"))
    assert removed.status_code == 200, removed.text
    assert passkeys(ada) == []
    assert ada.get("/api/humankind/v1/personhood").json()["level"] == "none"


def test_the_last_passkey_of_an_account_without_a_password_stays(http: httpx.Client) -> None:
    ada = join(http, "ada")
    held = register_passkey(ada)
    account = Account.objects.get(pk=ada.account_id)
    account.set_unusable_password()
    account.save()
    proof = asserted(ada, held, reason="ownership")
    refused = ada.post(f"{API}/{passkeys(ada)[0]['id']}/revoke", confirm=True, password=PASSWORD, assertion=proof)
    assert (refused.status_code, refused.json()["code"]) == (409, "last_passkey")
    assert len(passkeys(ada)) == 1


def test_a_retried_registration_finds_its_first_answer(http: httpx.Client) -> None:
    ada = join(http, "ada")
    held = SoftwareAuthenticator(origin=origin(http))
    response = held.create(begin_registration(ada).json()["public_key"])
    answers = [ada.post(f"{API}/registration/complete", key="one", name="Phone", response=response) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json() and len(passkeys(ada)) == 1
