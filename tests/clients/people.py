"""How a test signs people up, logs them in and admits them, each by the way that clients and operators go."""

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx
from mastodon import Mastodon

from feed.operations.accounts import register
from identity.operations.admission import admit_simulated

SCOPES = ["read", "write", "follow", "push"]
PASSWORD = "correct horse battery staple"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


@dataclass
class Caller:
    """One account with a token, calling the API as plain HTTP."""

    client: httpx.Client
    account_id: int
    username: str
    token: str
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        """GET with the token."""
        return self.client.get(path, params=parameters or None, headers=self.headers)

    def post(self, path: str, *, key: str | None = None, **parameters: Any) -> httpx.Response:
        """POST JSON with the token."""
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        return self.client.post(path, json=parameters, headers=headers)

    def say(self, text: str, **more: Any) -> str:
        """Post a status; gives its id."""
        answer = self.post("/api/v1/statuses", status=text, **more)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def home(self, **parameters: Any) -> list[str]:
        """Ids of the home timeline."""
        answer = self.get("/api/v1/timelines/home", **parameters)
        assert answer.status_code == 200, answer.text
        return [status["id"] for status in answer.json()]

    def follow(self, other: "Caller") -> None:
        """Follow somebody."""
        answer = self.post(f"/api/v1/accounts/{other.account_id}/follow")
        assert answer.status_code == 200, answer.text


def application(
    http: httpx.Client, *, scopes: str = "read write follow push", uri: str = OUT_OF_BAND
) -> tuple[str, str]:
    """Register an application; gives its id and secret."""
    answer = http.post("/api/v1/apps", data={"client_name": "Story", "redirect_uris": uri, "scopes": scopes})
    assert answer.status_code == 200, answer.text
    return answer.json()["client_id"], answer.json()["client_secret"]


def application_token(http: httpx.Client, client_id: str, secret: str, scopes: str = "read write follow push") -> str:
    """A token of the application itself."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, "scope": scopes}
    answer = http.post("/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def join(http: httpx.Client, username: str, *, admitted: bool = True) -> Caller:
    """Sign up over the API as clients do, and be admitted by the operator of this development machine."""
    client_id, secret = application(http)
    headers = {"Authorization": f"Bearer {application_token(http, client_id, secret)}"}
    form = {"username": username, "email": f"{username}@example.org", "password": PASSWORD, "agreement": "true"}
    answer = http.post("/api/v1/accounts", data=form, headers=headers)
    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]
    me = http.get("/api/v1/accounts/verify_credentials", headers={"Authorization": f"Bearer {token}"})
    assert me.status_code == 200, me.text
    caller = Caller(http, int(me.json()["id"]), username, token)
    if admitted:
        admit_simulated(account_id=caller.account_id, operator="test")
    return caller


def log_in(browser: httpx.Client, address: str, username: str, *, answer: str = "allow") -> httpx.Response:
    """Go through the real pages as a browser does: log in where asked, then answer the application's request."""
    page = browser.get(address, follow_redirects=True)
    if 'name="password"' in page.text:
        form = {"csrfmiddlewaretoken": csrf_of(page), "login": username, "password": PASSWORD}
        page = browser.post(str(page.url), data=form, headers={"Referer": str(page.url)}, follow_redirects=True)
    assert "Allow" in page.text, page.text
    form = {"csrfmiddlewaretoken": csrf_of(page), "action": answer}
    return browser.post(str(page.url), data=form, headers={"Referer": str(page.url)}, follow_redirects=False)


def csrf_of(page: httpx.Response) -> str:
    """The token of a page's form."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found, page.text
    return found.group(1)


def code_on(page: httpx.Response) -> str:
    """The code that a page shows to be copied."""
    found = re.search(r'<code id="code">([^<]+)</code>', page.text)
    assert found, page.text
    return found.group(1)


def mastodon_py(url: str, username: str, *, admitted: bool = True) -> Mastodon:
    """Mastodon.py, logged in through its own out-of-band flow."""
    account = register(username=username, email=f"{username}@example.org", password=PASSWORD)
    if admitted:
        admit_simulated(account_id=account.pk, operator="test")
    client_id, secret = Mastodon.create_app("Mastodon.py", scopes=SCOPES, api_base_url=url)
    client = Mastodon(client_id=client_id, client_secret=secret, api_base_url=url)
    with httpx.Client(base_url=url, timeout=30) as browser:
        code = code_on(log_in(browser, client.auth_request_url(scopes=SCOPES, allow_http=True), username))
    client.log_in(code=code, scopes=SCOPES, allow_http=True)
    return client


def fresh_name(prefix: str = "person") -> str:
    """A username that no other test has."""
    return f"{prefix}_{secrets.token_hex(4)}"
