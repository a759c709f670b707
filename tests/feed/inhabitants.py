"""People made straight through operations, for tests to which HTTP adds nothing."""

from typing import Any

from django.test import Client

from feed.models import Status
from feed.operations.accounts import register
from feed.operations.follows import follow
from feed.operations.statuses import post_status
from identity.operations.admission import admit_simulated
from identity.operations.applications import issue_token, register_application
from tests.clients.people import PASSWORD


def person(name: str, *, admitted: bool = True) -> int:
    """The id of a new account."""
    account = register(username=name, email=f"{name}@example.org", password=PASSWORD)
    if admitted:
        admit_simulated(account_id=account.pk, operator="test")
    return int(account.pk)


def says(account_id: int, text: str, **more: Any) -> Status:
    """A new status."""
    return post_status(account_id=account_id, text=text, **more)


def follows(source_id: int, *target_ids: int) -> None:
    """One account follows others."""
    for target_id in target_ids:
        follow(source_id=source_id, target_id=target_id)


class InProcess:
    """One account calling the API through Django's test client: the whole way but for the server's process."""

    def __init__(self, account_id: int, *, scopes: str = "read write follow push") -> None:
        self.account_id = account_id
        made = register_application(
            name="Test", redirect_uris=["urn:ietf:wg:oauth:2.0:oob"], scopes=scopes.split(), website=""
        )
        token = issue_token(client=made.client, account_id=account_id, scopes=scopes.split())
        self._client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str, **parameters: Any) -> Any:
        """GET; the parsed body of a 200."""
        return self._body(self._client.get(path, parameters))

    def post(self, path: str, **parameters: Any) -> Any:
        """POST JSON; the parsed body of a 200."""
        return self._body(self._client.post(path, parameters, content_type="application/json"))

    def put(self, path: str, **parameters: Any) -> Any:
        """PUT JSON; the parsed body of a 200."""
        return self._body(self._client.put(path, parameters, content_type="application/json"))

    def delete(self, path: str, **parameters: Any) -> Any:
        """DELETE with JSON; the parsed body of a 200."""
        return self._body(self._client.delete(path, parameters, content_type="application/json"))

    def refused(self, method: str, path: str, **parameters: Any) -> tuple[int, str]:
        """The status and the sentence of what is not answered 200."""
        response = getattr(self._client, method)(path, parameters, content_type="application/json")
        assert response.status_code >= 400, response.content
        return response.status_code, response.json()["error"]

    def answer(self, path: str, **parameters: Any) -> Any:
        """The whole answer to a GET, for its headers."""
        return self._client.get(path, parameters)

    def form(self, path: str, body: str) -> Any:
        """POST a form as it stands; the parsed body of a 200."""
        return self._body(self._client.post(path, body, content_type="application/x-www-form-urlencoded"))

    @staticmethod
    def _body(response: Any) -> Any:
        assert response.status_code == 200, (response.status_code, response.content)
        return response.json()
