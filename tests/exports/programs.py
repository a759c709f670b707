"""What a recipient's program does over HTTP."""

import secrets
from pathlib import Path
from typing import Any

import httpx
from allauth.idp.oidc.models import Token

from exports.operations.recipient_keys import (
    Registration,
)
from exports.operations.releases import request_release
from exports.queries.releases import newest_release
from identity.models import Account
from tests.exports.world import Team
from tests.live import wait_for

ROOT = "/api/humankind/v1/exports"


TERMS = Path(__file__).resolve().parents[2] / "exports" / "terms"


def token_of(*, client_id: str | None = None, user: Account | None = None, scopes: tuple[str, ...]) -> dict[str, str]:
    """A bearer header, as the token endpoint would have led to."""
    value = secrets.token_urlsafe(30)
    token = Token(type=Token.Type.ACCESS_TOKEN, user=user, client_id=client_id)
    token.set_value(value)
    token.set_scopes(list(scopes))
    token.save()
    return {"Authorization": f"Bearer {value}"}


def ask_token(http: httpx.Client, registration: Registration, **more: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": registration.client_id, **more}
    return http.post("/oauth/token", data={"client_secret": registration.client_secret, **form})


def granted(http: httpx.Client, registration: Registration) -> dict[str, str]:
    """A bearer header, by the token endpoint."""
    answer = ask_token(http, registration, scope="export:read")
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


class Program:
    """What a recipient runs."""

    def __init__(self, http: httpx.Client, team: Team) -> None:
        self.http, self.team = http, team
        self.headers = granted(http, team.registration)
        self.releases = f"/datasets/{team.dataset.pk}/releases"

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(f"{ROOT}{path}", headers=self.headers | headers)

    def numbers(self) -> list[int]:
        return [row["number"] for row in self.get(self.releases).json()["releases"]]

    def await_release(self, number: int) -> dict[str, Any]:
        request_release(operator_id=self.team.staff.pk, dataset_id=self.team.dataset.pk)

        # Not asked over HTTP: on a slow machine that would end at the recipient's own limit of requests.
        def made() -> bool:
            newest = newest_release(self.team.dataset.pk)
            return newest is not None and newest.number >= number

        wait_for(made, what=f"release {number} from the worker", seconds=90)
        assert number in self.numbers()
        row: dict[str, Any] = self.get(f"{self.releases}/{number}").json()
        return row
