"""Staff, referees and the people whom they meet, over HTTP."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from allauth.idp.oidc.models import Token
from django.contrib.auth.models import Permission
from django.utils import timezone
from fido2 import cbor

from feed.operations.accounts import register
from identity.models import Account, Credential, Passkey, Person, Referee
from identity.queries.passkeys import user_handle
from seeds.software_authenticator import SoftwareAuthenticator
from tests.clients.people import PASSWORD, Caller, fresh_name
from tests.identity.holding import origin

API = "/api/humankind/v1"


def staff(http: httpx.Client) -> Caller:
    """A member of staff who may appoint referees, with a token for it."""
    caller = person(http, "read", "write", "admin:write")
    Account.objects.filter(pk=caller.account_id).update(is_staff=True)
    Account.objects.get(pk=caller.account_id).user_permissions.add(Permission.objects.get(codename="appoint_referee"))
    return caller


def person(http: httpx.Client, *scopes: str) -> Caller:
    """Somebody new, not admitted, with a token."""
    account = register(username=fresh_name(), email="", password=PASSWORD)
    value = secrets.token_urlsafe(30)
    token = Token(type=Token.Type.ACCESS_TOKEN, user=account)
    token.set_value(value)
    token.set_scopes(list(scopes) or ["read", "write"])
    token.save()
    return Caller(http, account.pk, account.username, value)


def admit_by_face(account_id: int) -> None:
    """As a check of the face would have."""
    known, _ = Person.objects.get_or_create(account_id=account_id)
    Credential.objects.create(
        person=known,
        account_id=account_id,
        kind="face",
        level="unique",
        method="face-gestures-1",
        expires_at=timezone.now() + timedelta(days=365),
    )


@dataclass
class Trusted:
    """A referee with a passkey."""

    caller: Caller
    key: SoftwareAuthenticator = field(init=False)

    def __post_init__(self) -> None:
        handle = user_handle(self.caller.account_id)
        self.key = SoftwareAuthenticator(origin=origin(self.caller.client), handle=handle)
        point = self.key.key.public_key().public_numbers()
        # How it comes to be registered is told in test_passkeys.py, and costs a slow hash of a password each time.
        Passkey.objects.create(
            account_id=self.caller.account_id,
            credential_id=self.key.credential_id,
            public_key=cbor.encode({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}),
            aaguid="00000000-0000-0000-0000-000000000000",
            name="Phone",
        )

    def begin(self, code: str, **changes: Any) -> httpx.Response:
        given = {"code": code, "met_on": timezone.now().date().isoformat(), "place": "public"} | changes
        return self.caller.post(f"{API}/vouches", **given)

    def sign(self, opened: dict[str, Any]) -> httpx.Response:
        return self.caller.post(f"{API}/vouches/{opened['id']}/signature", response=self.key.get(opened["public_key"]))

    def vouch_for(self, somebody: Caller) -> httpx.Response:
        """All of it; gives the refusal of the step that was refused."""
        begun = self.begin(code_of(somebody))
        return self.sign(begun.json()) if begun.status_code == 201 else begun


def referee(http: httpx.Client, appointer: Caller, *, account: Caller | None = None) -> Trusted:
    """An account that staff appointed long enough ago; admitted by face unless it is given as it is."""
    caller = account or person(http)
    if account is None:
        admit_by_face(caller.account_id)
    answer = appointer.post(f"{API}/referees", account_id=caller.account_id)
    assert answer.status_code == 201, answer.text
    Referee.objects.filter(account_id=caller.account_id).update(trusted_since=timezone.now() - timedelta(days=31))
    return Trusted(caller)


def code_of(somebody: Caller) -> str:
    """A fresh code that they show."""
    answer = somebody.post(f"{API}/vouch-requests")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]
