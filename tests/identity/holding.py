"""Somebody with a passkey, over HTTP."""

from typing import Any

import httpx

from seeds.software_authenticator import SoftwareAuthenticator
from tests.clients.people import PASSWORD, Caller

API = "/api/humankind/v1/passkeys"


def begin_registration(caller: Caller, **proof: Any) -> httpx.Response:
    """With the account's password, unless other proof is given."""
    return caller.post(f"{API}/registration/begin", **(proof or {"password": PASSWORD}))


def register_passkey(
    caller: Caller, authenticator: SoftwareAuthenticator | None = None, *, name: str = "Phone", **proof: Any
) -> SoftwareAuthenticator:
    """Add a passkey to the caller's account; gives the authenticator that holds it."""
    held = authenticator or SoftwareAuthenticator(origin=origin(caller.client))
    begun = begin_registration(caller, **proof)
    assert begun.status_code == 200, begun.text
    answer = caller.post(f"{API}/registration/complete", name=name, response=held.create(begun.json()["public_key"]))
    assert answer.status_code == 201, answer.text
    return held


def asserted(caller: Caller, authenticator: SoftwareAuthenticator, *, reason: str = "presence") -> dict[str, Any]:
    """The response to an assertion begun for this reason."""
    begun = caller.post(f"{API}/assertion/begin", reason=reason)
    assert begun.status_code == 200, begun.text
    return authenticator.get(begun.json()["public_key"])


def origin(http: httpx.Client) -> str:
    """Where a browser would say that it is."""
    return str(http.base_url).rstrip("/")


def passkeys(caller: Caller) -> list[dict[str, Any]]:
    """As the caller sees them."""
    shown: list[dict[str, Any]] = caller.get(API).json()["passkeys"]
    return shown
