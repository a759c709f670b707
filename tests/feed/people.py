"""Admitted accounts for tests that need no running stack, and a client that calls the views in this process."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.test import Client

from feed.operations.accounts import register
from identity.operations.admission import admit_simulated
from identity.operations.applications import issue_token, register_application

PASSWORD = "correct horse battery staple"
SCOPES = ("read", "write", "follow", "push", "profile")


def people(*names: str) -> list[int]:
    """Admitted accounts by these names; gives their ids."""
    ids = [register(username=name, email="", password=PASSWORD).pk for name in names]
    for account_id in ids:
        admit_simulated(account_id=account_id, operator="test")
    return ids


def client_of(account_id: int, scopes: Sequence[str] = SCOPES) -> "Caller":
    """A client with a token of the account."""
    made = register_application(name="Test", redirect_uris=["urn:ietf:wg:oauth:2.0:oob"], scopes=scopes)
    return Caller(issue_token(client=made.client, account_id=account_id, scopes=scopes))


class Caller:
    """Calls the API in this process, as JSON."""

    def __init__(self, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = Client(headers=headers)

    def get(self, path: str, expect: int = 200, **parameters: Any) -> Any:
        """GET; gives the JSON."""
        return self._json(self.client.get(path, data=parameters), expect)

    def send(self, method: str, path: str, expect: int = 200, **parameters: Any) -> Any:
        """Any other method with a JSON body; gives the JSON."""
        answer = self.client.generic(method, path, data=orjson.dumps(parameters), content_type="application/json")
        return self._json(answer, expect)

    def post(self, path: str, expect: int = 200, **parameters: Any) -> Any:
        """POST JSON; gives the JSON."""
        return self.send("POST", path, expect, **parameters)

    def links(self, path: str, **parameters: Any) -> dict[str, str]:
        """The addresses in the `Link` header of a GET, by their relation."""
        header = self.client.get(path, data=parameters).headers.get("Link", "")
        pairs = [part.split("; rel=") for part in header.split(", ") if part]
        return {relation.strip('"'): address.strip("<>") for address, relation in pairs}

    def _json(self, answer: Any, expect: int) -> Any:
        assert answer.status_code == expect, answer.content
        return answer.json()
