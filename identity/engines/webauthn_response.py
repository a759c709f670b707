"""What can be read off a WebAuthn response before it is verified: it says what to verify it against."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from fido2.utils import websafe_decode
from fido2.webauthn import AuthenticationResponse, AuthenticatorTransport, CollectedClientData

from identity.engines.passkey_keys import CeremonyRefused

# What fido2 raises over bytes that are no ceremony at all.
MALFORMED = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    RecursionError,
    OverflowError,
    struct.error,
    UnsupportedAlgorithm,
)


def challenge_in(response: Mapping[str, Any]) -> bytes:
    """The challenge that a response answers, unverified. Raises CeremonyRefused where there is none."""
    return _client_data(response).challenge


def credential_id_in(response: Mapping[str, Any]) -> bytes:
    """The id of the credential that an assertion says it is of. Raises CeremonyRefused."""
    try:
        return AuthenticationResponse.from_dict(response).raw_id
    except MALFORMED as error:
        raise does_not_verify() from error


def _client_data(response: Mapping[str, Any]) -> CollectedClientData:
    try:
        return CollectedClientData(websafe_decode(response["response"]["clientDataJSON"]))
    except MALFORMED as error:
        raise does_not_verify() from error


def transports_in(response: Mapping[str, Any]) -> tuple[str, ...]:
    """How the browser says that the authenticator can be reached, as far as it says it in words that we know."""
    told = response["response"].get("transports")
    known = {transport.value for transport in AuthenticatorTransport}
    return tuple(sorted(known.intersection(told))) if isinstance(told, list) else ()


def does_not_verify() -> CeremonyRefused:
    """The refusal of what is no ceremony of ours, without a word on where it fails."""
    return CeremonyRefused("does_not_verify", "The answer of the passkey does not verify: begin anew.")
