"""Applications, logins and tokens, as clients of every kind go through them."""

import base64
import hashlib
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from feed.operations.accounts import register
from tests.clients.people import OUT_OF_BAND, PASSWORD, application, application_token, code_on, log_in
from tests.live import LiveStack

pytestmark = [pytest.mark.stack]


def _address(client_id: str, *, uri: str = OUT_OF_BAND, scope: str = "read write", **more: str) -> str:
    asked = {"client_id": client_id, "response_type": "code", "redirect_uri": uri, "scope": scope, **more}
    return f"/oauth/authorize?{urlencode(asked)}"


@pytest.fixture
def grace(http: httpx.Client) -> str:
    """An account that can log in."""
    return register(username="grace", email="grace@example.org", password=PASSWORD).username


def _exchange(http: httpx.Client, client_id: str, secret: str, code: str, uri: str, **more: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": uri, "client_id": client_id}
    return http.post("/oauth/token", data={**form, "client_secret": secret, **more})


def test_an_application_registers_by_form_by_json_and_in_the_address(http: httpx.Client) -> None:
    """Mastodon's clients put the parameters in any of the three places, and lists as lines or as arrays."""
    wanted = {"client_name": "Mammoth", "redirect_uris": "mammoth://auth\nurn:ietf:wg:oauth:2.0:oob", "scopes": "read"}
    answers = [
        http.post("/api/v1/apps", data=wanted),
        http.post("/api/v1/apps", json={**wanted, "redirect_uris": ["mammoth://auth", OUT_OF_BAND]}),
        http.post("/api/v1/apps/", params=wanted),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.json()["redirect_uris"] == ["mammoth://auth", OUT_OF_BAND]
        assert len(answer.json()["client_secret"]) >= 40


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"redirect_uris": "javascript:alert(1)"}, "Redirect URI"),
        ({"redirect_uris": "no scheme"}, "Redirect URI"),
        ({"redirect_uris": ""}, "Redirect URI"),
        ({"client_name": ""}, "client_name"),
        ({"client_name": "x" * 61}, "60"),
        ({"scopes": "read everything"}, "everything"),
        ({"website": "javascript:alert(1)"}, "Website"),
        ({"website": "http://["}, "Website"),
        ({"website": "https://exam ple.org"}, "Website"),
    ],
)
def test_a_harmful_or_senseless_application_is_refused(http: httpx.Client, change: dict[str, str], named: str) -> None:
    """What a browser would run, and what has no meaning, is named and refused."""
    wanted = {"client_name": "App", "redirect_uris": OUT_OF_BAND, "scopes": "read", **change}
    answer = http.post("/api/v1/apps", data=wanted)
    assert answer.status_code == 422
    assert named in answer.json()["error"]


def test_an_application_with_its_own_scheme_gets_its_code_and_state_back(http: httpx.Client, grace: str) -> None:
    """Ivory and its like are called at an address of their own scheme."""
    uri = "com.tapbots.Ivory.30243:/request_token"
    client_id, secret = application(http, uri=uri)
    sent = log_in(http, _address(client_id, uri=uri, state="s-1"), grace)
    assert sent.status_code == 302 and sent.headers["Location"].startswith(uri)
    found = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert found["state"] == ["s-1"]
    answer = _exchange(http, client_id, secret, found["code"][0], uri)
    assert answer.json().keys() == {"access_token", "token_type", "scope", "created_at"}
    assert answer.json()["scope"] == "read write"


def test_a_code_works_once_for_its_own_application_alone(http: httpx.Client, grace: str) -> None:
    """A code that was seen by somebody else buys nothing."""
    client_id, secret = application(http)
    other_id, other_secret = application(http)
    code = code_on(log_in(http, _address(client_id), grace))
    assert _exchange(http, other_id, other_secret, code, OUT_OF_BAND).status_code in {400, 401}
    assert _exchange(http, client_id, "wrong", code, OUT_OF_BAND).status_code == 401
    assert _exchange(http, client_id, secret, code, OUT_OF_BAND).status_code == 200
    again = _exchange(http, client_id, secret, code, OUT_OF_BAND)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_pkce_binds_a_code_to_who_began_the_login(http: httpx.Client, grace: str) -> None:
    """With a challenge given, the code alone buys nothing (RFC 7636)."""
    client_id, secret = application(http)
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    address = _address(client_id, code_challenge=challenge, code_challenge_method="S256")
    code = code_on(log_in(http, address, grace))
    wrong = _exchange(http, client_id, secret, code, OUT_OF_BAND, code_verifier=secrets.token_urlsafe(48))
    assert wrong.status_code == 400
    code = code_on(log_in(http, address, grace))
    assert _exchange(http, client_id, secret, code, OUT_OF_BAND, code_verifier=verifier).status_code == 200


def test_saying_no_sends_the_refusal_and_no_code(http: httpx.Client, grace: str) -> None:
    """The application learns that it was refused."""
    client_id, _ = application(http, uri="https://app.example/callback")
    address = _address(client_id, uri="https://app.example/callback", state="s")
    sent = log_in(http, address, grace, answer="deny")
    assert parse_qs(urlsplit(sent.headers["Location"]).query)["error"] == ["access_denied"]


def test_a_request_with_a_foreign_address_is_never_sent_on(http: httpx.Client, grace: str) -> None:
    """An open redirect would hand codes to whoever asks."""
    client_id, _ = application(http)
    answer = http.get(_address(client_id, uri="https://evil.example/"))
    assert answer.status_code == 400 and "Location" not in answer.headers
    unknown = http.get(_address("nobody"))
    assert unknown.status_code == 400 and "Location" not in unknown.headers


def test_consent_cannot_be_given_by_another_site(http: httpx.Client, grace: str) -> None:
    """Without the page's own token, a POST allows nothing."""
    client_id, _ = application(http)
    log_in(http, _address(client_id), grace)
    assert http.post(_address(client_id), data={"action": "allow"}).status_code == 403


def test_scopes_bound_what_a_token_does(http: httpx.Client, grace: str) -> None:
    """An application gets what it registered for, in whole or in part, and its token does that and no more."""
    client_id, secret = application(http, scopes="read write:statuses")
    beyond = log_in_location(http, client_id, "read write", grace)
    assert "invalid_scope" in beyond
    code = code_on(log_in(http, _address(client_id, scope="read:accounts"), grace))
    token = _exchange(http, client_id, secret, code, OUT_OF_BAND).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert http.get("/api/v1/accounts/verify_credentials", headers=bearer).status_code == 200
    assert http.get("/api/v1/timelines/home", headers=bearer).status_code == 403
    assert http.post("/api/v1/statuses", json={"status": "x"}, headers=bearer).status_code == 403


def log_in_location(http: httpx.Client, client_id: str, scope: str, username: str) -> str:
    """What the authorization endpoint answers to a request for too much."""
    answer = http.get(_address(client_id, scope=scope))
    return f"{answer.headers.get('Location', '')}{answer.text}"


def test_an_account_may_hold_several_grants_of_one_application(http: httpx.Client, grace: str) -> None:
    """Two devices with one application are two tokens; logging one out leaves the other."""
    client_id, secret = application(http)
    tokens = []
    for _ in range(2):
        code = code_on(log_in(http, _address(client_id), grace))
        tokens.append(_exchange(http, client_id, secret, code, OUT_OF_BAND).json()["access_token"])
    http.post("/oauth/revoke", data={"client_id": client_id, "client_secret": secret, "token": tokens[0]})
    statuses = [
        http.get("/api/v1/accounts/verify_credentials", headers={"Authorization": f"Bearer {token}"}).status_code
        for token in tokens
    ]
    assert statuses == [401, 200]


def test_an_application_cannot_revoke_anothers_token(http: httpx.Client) -> None:
    """RFC 7009, section 2.1."""
    client_id, secret = application(http)
    token = application_token(http, client_id, secret)
    other_id, other_secret = application(http)
    http.post("/oauth/revoke", data={"client_id": other_id, "client_secret": other_secret, "token": token})
    bearer = {"Authorization": f"Bearer {token}"}
    shown = http.get("/api/v1/apps/verify_credentials", headers=bearer).json()
    assert (shown["id"], shown["name"]) == (client_id, "Story")


def test_an_applications_own_token_speaks_for_no_account(http: httpx.Client) -> None:
    """It signs people up and reads what is public."""
    bearer = {"Authorization": f"Bearer {application_token(http, *application(http))}"}
    assert http.get("/api/v1/timelines/public", headers=bearer).status_code == 200
    refused = http.get("/api/v1/accounts/verify_credentials", headers=bearer)
    assert refused.json()["error"] == "This method requires an authenticated user"


def test_the_secret_of_an_application_may_come_in_the_header(http: httpx.Client) -> None:
    """client_secret_basic, as RFC 6749 prefers, and JSON, as browsers' clients send."""
    client_id, secret = application(http)
    answer = http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(client_id, secret))
    assert answer.status_code == 200
    body = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, "scope": "read"}
    assert http.post("/oauth/token", json=body).json()["scope"] == "read"
    assert http.post("/oauth/token", json={**body, "client_secret": "wrong"}).status_code == 401


def test_the_metadata_names_addresses_that_answer(stack: LiveStack, http: httpx.Client) -> None:
    """RFC 8414: where everything is, below the public address."""
    found = http.get("/.well-known/oauth-authorization-server").json()
    assert found["token_endpoint"] == f"{stack.url}/oauth/token"
    assert "S256" in found["code_challenge_methods_supported"]
    # Programs know Mastodon's scopes; the reviewers' are ours.
    assert "admin:read:reports" in found["scopes_supported"]
    assert not [scope for scope in found["scopes_supported"] if scope.endswith(":reviews")]
