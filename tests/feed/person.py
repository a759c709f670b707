"""People for tests that need no running stack: each calls the API inside the test's own process."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client as DjangoClient

from feed.models import Profile
from identity.models import Account
from identity.operations.admission import admit_simulated
from identity.operations.applications import issue_token, register_application
from tests.clients.people import OUT_OF_BAND

SCOPES = ["read", "write", "follow", "push"]


@dataclass(frozen=True)
class Person:
    """An account and a token for it."""

    id: int
    username: str
    token: str

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        """The answer of our own views to JSON."""
        return DjangoClient().generic(
            method,
            path,
            data=b"" if body is None else _json(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )

    def get(self, path: str) -> Any:
        """The body of a GET that is answered 200."""
        return self._fine(self.call("GET", path))

    def post(self, path: str, **body: Any) -> Any:
        """The body of a POST that is answered 200."""
        return self._fine(self.call("POST", path, body))

    def put(self, path: str, **body: Any) -> Any:
        """The body of a PUT that is answered 200."""
        return self._fine(self.call("PUT", path, body))

    def delete(self, path: str, **body: Any) -> Any:
        """The body of a DELETE that is answered 200."""
        return self._fine(self.call("DELETE", path, body))

    def refused(self, method: str, path: str, **body: Any) -> tuple[int, str]:
        """The status code and the sentence of a refusal."""
        answer = self.call(method, path, body)
        return answer.status_code, answer.json()["error"]

    @staticmethod
    def _fine(answer: Any) -> Any:
        assert answer.status_code == 200, answer.content
        return answer.json()


def person(username: str, *, admitted: bool = True) -> Person:
    """Make an account with a token, admitted unless said otherwise."""
    # Without a password: hashing one costs more than most of these tests.
    account = Account.objects.create(username=username, email=f"{username}@example.org")
    Profile.objects.create(account=account)
    if admitted:
        admit_simulated(account_id=account.pk, operator="test")
    made = register_application(
        name=f"Client of {username}", redirect_uris=[OUT_OF_BAND], scopes=SCOPES, website="https://client.example"
    )
    token = issue_token(client=made.client, account_id=account.pk, scopes=SCOPES)
    return Person(account.pk, username, token)


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()
