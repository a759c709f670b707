"""The pages for passkeys, against what is no browser of theirs. What browsers do: tests/browser/test_passkeys.py."""

import json

import httpx
import pytest

from seeds.software_authenticator import SoftwareAuthenticator
from tests.clients.people import Caller, csrf_of, join
from tests.identity.holding import API, passkeys, register_passkey

pytestmark = pytest.mark.stack
PAGE = "/account/passkeys"


def _sign_in(http: httpx.Client, held: SoftwareAuthenticator, *, to: str = "") -> httpx.Response:
    http.cookies.clear()
    page = http.get("/oauth/login")
    options = http.post(f"{API}/sign-in/begin").json()["public_key"]
    form = {"csrfmiddlewaretoken": csrf_of(page), "credential": json.dumps(held.get(options))}
    return http.post("/oauth/login/passkey", params={"next": to}, data=form)


@pytest.fixture
def ada(http: httpx.Client) -> Caller:
    return join(http, "ada")


def test_whoever_is_signed_out_is_sent_to_log_in(http: httpx.Client) -> None:
    assert http.get(PAGE).headers["Location"] == "/oauth/login?next=%2Faccount%2Fpasskeys"
    assert http.post(f"{PAGE}/begin").status_code == 403, "and nothing is begun by another site's form"


def test_signing_in_leads_to_where_one_wanted_and_never_to_another_site(http: httpx.Client, ada: Caller) -> None:
    held = register_passkey(ada)
    for wanted, place in (
        ("/oauth/authorize?client_id=1", "/oauth/authorize?client_id=1"),
        ("https://evil.example/", PAGE),
        ("//evil.example/", PAGE),
        ("javascript:alert(1)", PAGE),
    ):
        answer = _sign_in(http, held, to=wanted)
        assert (answer.status_code, answer.headers["Location"]) == (302, place)
    assert "Passkeys of ada" in http.get(PAGE).text


def test_another_site_cannot_sign_a_browser_in(http: httpx.Client, ada: Caller) -> None:
    held = register_passkey(ada)
    options = http.post(f"{API}/sign-in/begin").json()["public_key"]
    form = {"credential": json.dumps(held.get(options))}
    assert http.post("/oauth/login/passkey", data=form).status_code == 403
    assert http.get(PAGE).status_code == 302


@pytest.mark.parametrize("credential", ["", "null", "[]", "{", '{"id": 1}', "[" * 60_000, "x" * 70_000])
def test_what_is_no_credential_is_refused_on_the_page(http: httpx.Client, credential: str) -> None:
    form = {"csrfmiddlewaretoken": csrf_of(http.get("/oauth/login")), "credential": credential}
    answer = http.post("/oauth/login/passkey", data=form)
    assert answer.status_code == 422
    assert "could not be read" in answer.text and "Log in to Humankind" in answer.text


def test_somebody_elses_passkey_is_not_on_the_page(http: httpx.Client, ada: Caller) -> None:
    eve = join(http, "eve")
    register_passkey(ada, name="Ada's own")
    assert _sign_in(http, register_passkey(eve)).status_code == 302
    page = http.get(PAGE)
    assert "Ada&#x27;s own" not in page.text
    number = passkeys(ada)[0]["id"]
    for act in ("rename", "remove"):
        form = {"csrfmiddlewaretoken": csrf_of(page), "name": "Eve's"}
        answer = http.post(f"{PAGE}/{number}/{act}", data=form)
        assert answer.status_code == 404 and "no passkey with this id" in answer.text
    assert [each["name"] for each in passkeys(ada)] == ["Ada's own"]
