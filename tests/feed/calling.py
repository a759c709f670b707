"""People and their clients without a running stack: the same views, called in the test's own process and transaction."""

import secrets
from dataclasses import dataclass
from typing import Any

from allauth.idp.oidc.models import Client, Token
from rest_framework.test import APIClient

from feed.operations.accounts import register
from feed.operations.follows import follow
from feed.operations.statuses import post_status
from identity.operations.admission import admit_simulated
from identity.operations.applications import issue_token, register_application
from tests.clients.people import OUT_OF_BAND, fresh_name


@dataclass
class Someone:
    """An account that was admitted, and a client with a token of it."""

    id: int
    name: str
    client: APIClient
    token: str
    application: Client

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON of an answer of 200."""
        answer = self.client.get(path, parameters)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        """The whole answer to a POST of JSON."""
        return self.client.post(path, body, format="json")

    def say(self, text: str, **more: Any) -> int:
        """Post; gives the status's id."""
        return int(post_status(account_id=self.id, text=text, **more).pk)

    def follow(self, other: "Someone") -> None:
        """Follow somebody."""
        follow(source_id=self.id, target_id=other.id)

    @property
    def token_id(self) -> int:
        """The row of the token."""
        return int(Token.objects.by_value(self.token).get().pk)


def someone(prefix: str = "person", *, scopes: str = "read write follow push") -> Someone:
    """Somebody new."""
    account = register(username=fresh_name(prefix), email="", password=secrets.token_urlsafe(12))
    admit_simulated(account_id=account.pk, operator="test")
    made = register_application(name="Story", redirect_uris=[OUT_OF_BAND], scopes=scopes.split())
    token = issue_token(client=made.client, account_id=account.pk, scopes=scopes.split())
    client = APIClient(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {token}")
    return Someone(account.pk, account.username, client, token, made.client)
