"""What bounds an application beyond its own word: one code one token, roles, logins anew, and the person's own list."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import httpx
import pytest

from feed.operations.accounts import register
from identity.models import Account
from tests.clients.people import (
    OUT_OF_BAND,
    PASSWORD,
    application,
    application_token,
    code_on,
    csrf_of,
    fresh_name,
    join,
    log_in,
)

pytestmark = [pytest.mark.stack]
ADMIN = "read admin:read admin:write:accounts"


def _address(client_id: str, **more: str) -> str:
    asked = {"client_id": client_id, "response_type": "code", "redirect_uri": OUT_OF_BAND, "scope": "read", **more}
    return f"/oauth/authorize?{urlencode(asked)}"


def _exchange(http: httpx.Client, client_id: str, secret: str, code: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": OUT_OF_BAND}
    return http.post("/oauth/token", data={**form, "client_id": client_id, "client_secret": secret})


@pytest.fixture
def grace(http: httpx.Client) -> str:
    """An account that can log in."""
    return register(username=fresh_name("grace"), email="", password=PASSWORD).username


def test_of_exchanges_at_the_same_instant_one_is_served(http: httpx.Client, grace: str) -> None:
    """A code is worth one token however many ask at once."""
    client_id, secret = application(http)
    for _ in range(3):
        code = code_on(log_in(http, _address(client_id), grace))
        with ThreadPoolExecutor(8) as pool:
            answers = list(
                pool.map(lambda _, code=code: _exchange(http, client_id, secret, code).status_code, range(8))
            )
        assert sorted(answers) == [200] + [400] * 7


def test_a_challenge_that_is_its_own_verifier_is_refused(http: httpx.Client) -> None:
    """PKCE by S256 alone; no method named means `plain`."""
    client_id, _ = application(http)
    for more in ({"code_challenge_method": "plain"}, {}):
        answer = http.get(_address(client_id, code_challenge="x" * 50, **more))
        assert answer.status_code == 400 and "not supported" in answer.text


def test_an_application_may_ask_for_a_login_anew(http: httpx.Client, grace: str) -> None:
    """`force_login` lets a person add a second account; until they have logged in, the first stays."""
    client_id, secret = application(http)
    log_in(http, _address(client_id), grace)
    other = register(username=fresh_name("hedy"), email="", password=PASSWORD).username
    page = http.get(_address(client_id, force_login="true"), follow_redirects=True)
    assert 'name="password"' in page.text
    assert "Allow" in http.get(_address(client_id)).text
    code = code_on(log_in(http, _address(client_id, force_login="true"), other))
    token = _exchange(http, client_id, secret, code).json()["access_token"]
    me = http.get("/api/v1/accounts/verify_credentials", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["username"] == other


def test_admin_scopes_are_given_and_used_by_accounts_with_a_role_alone(http: httpx.Client, grace: str) -> None:
    """An application for everybody may ask for them; who is no moderator gives the rest, and a lost role ends them."""
    client_id, secret = application(http, scopes=ADMIN)
    code = code_on(log_in(http, _address(client_id, scope=ADMIN), grace))
    assert _exchange(http, client_id, secret, code).json()["scope"] == "read"
    only_admin = http.get(_address(client_id, scope="admin:read"))
    assert only_admin.status_code == 400 and "moderators" in only_admin.text

    Account.objects.filter(username=grace).update(is_staff=True)
    code = code_on(log_in(http, _address(client_id, scope=ADMIN), grace))
    answer = _exchange(http, client_id, secret, code).json()
    assert answer["scope"] == ADMIN
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    appoint = "/api/humankind/v1/referees"
    assert http.post(appoint, json={}, headers=bearer).status_code == 422
    Account.objects.filter(username=grace).update(is_staff=False)
    assert http.post(appoint, json={}, headers=bearer).status_code == 403


def test_a_new_account_gets_no_admin_scopes_from_the_application_that_makes_it(http: httpx.Client) -> None:
    """Sign-up gives the token what the application has, but for those."""
    client_id, secret = application(http, scopes=f"{ADMIN} write")
    token = application_token(http, client_id, secret, scopes=f"{ADMIN} write")
    form = {"username": fresh_name(), "email": "n@example.org", "password": PASSWORD, "agreement": "true"}
    made = http.post("/api/v1/accounts", data=form, headers={"Authorization": f"Bearer {token}"})
    assert made.json()["scope"].split() == ["read", "write"]


def test_a_person_sees_their_applications_and_takes_their_account_back(http: httpx.Client) -> None:
    """On a page and by the API; every token of the application ends, and others' stay."""
    ada, grace = join(http, fresh_name("ada")), join(http, fresh_name("grace"))
    client_id, secret = application(http, scopes="read")
    code = code_on(log_in(http, _address(client_id), ada.username))
    other = {"Authorization": f"Bearer {_exchange(http, client_id, secret, code).json()['access_token']}"}

    native = "/api/humankind/v1/applications"
    listed = {one["client_id"]: one for one in ada.get(native).json()["applications"]}
    assert listed[client_id]["scopes"] == ["read"] and len(listed) == 2
    assert grace.client.delete(f"{native}/{client_id}", headers=grace.headers).status_code == 404
    assert http.get("/api/v1/accounts/verify_credentials", headers=other).status_code == 200

    page = http.get("/oauth/authorized_applications")
    assert page.text.count("<form") == 2 and "Story" in page.text
    place = f"/oauth/authorized_applications/{client_id}/revoke"
    assert http.post(place).status_code == 403
    form = {"csrfmiddlewaretoken": csrf_of(page)}
    done = http.post(place, data=form, headers={"Referer": str(page.url)}, follow_redirects=True)
    assert done.text.count("<form") == 1 and "can no longer use" in done.text
    assert http.get("/api/v1/accounts/verify_credentials", headers=other).status_code == 401
    own = next(iter(listed.keys() - {client_id}))
    assert ada.client.delete(f"{native}/{own}", headers=ada.headers).status_code == 204
    assert ada.get(native).status_code == 401
    stranger = httpx.get(str(page.url), follow_redirects=False)
    assert stranger.status_code == 302 and "/oauth/login" in stranger.headers["Location"]


def test_userinfo_names_who_signed_in_and_no_more(http: httpx.Client, grace: str) -> None:
    """For "sign in with": the scope `profile` shows name and picture, and reads nothing else."""
    client_id, secret = application(http, scopes="profile")
    code = code_on(log_in(http, _address(client_id, scope="profile"), grace))
    bearer = {"Authorization": f"Bearer {_exchange(http, client_id, secret, code).json()['access_token']}"}
    found = http.get("/oauth/userinfo", headers=bearer).json()
    assert found["preferred_username"] == grace and found.keys() == {
        "iss",
        "sub",
        "name",
        "preferred_username",
        "profile",
        "picture",
    }
    assert http.get("/api/v1/accounts/verify_credentials", headers=bearer).status_code == 200
    assert http.get("/api/v1/notifications", headers=bearer).status_code == 403
