"""WebAuthn ceremonies (W3C Web Authentication Level 3, sections 7.1 and 7.2): fido2 gives the verdict, this the sentences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    AuthenticatorTransport,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from identity.engines.passkey_keys import CeremonyRefused, KnownKey, NewKey, Signed
from identity.engines.webauthn_response import MALFORMED, does_not_verify, transports_in

# ES256, EdDSA, RS256: what section 5.4 names as reaching every authenticator.
ALGORITHMS = (-7, -8, -257)
LONGEST_CREDENTIAL_ID = 1023  # section 4
LONGEST_PUBLIC_KEY = 1024
REQUIRED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom passkeys are made for: `id` is a host name, `origins` are compared as whole strings."""

    id: str
    name: str
    origins: frozenset[str]

    def creation_options(
        self, *, challenge: bytes, handle: bytes, username: str, existing: Sequence[KnownKey], milliseconds: int
    ) -> dict[str, Any]:
        """PublicKeyCredentialCreationOptionsJSON (section 5.1.9): user verification required, discoverable preferred."""
        options, _ = self._server(milliseconds).register_begin(
            PublicKeyCredentialUserEntity(id=handle, name=username, display_name=username),
            [_descriptor(key) for key in existing],
            resident_key_requirement=ResidentKeyRequirement.PREFERRED,
            user_verification=REQUIRED,
            challenge=challenge,
        )
        return _plain(options.public_key)

    def request_options(self, *, challenge: bytes, allowed: Sequence[KnownKey], milliseconds: int) -> dict[str, Any]:
        """PublicKeyCredentialRequestOptionsJSON; with nothing `allowed`, any discoverable credential may answer."""
        options, _ = self._server(milliseconds).authenticate_begin(
            [_descriptor(key) for key in allowed] or None, user_verification=REQUIRED, challenge=challenge
        )
        return _plain(options.public_key)

    def verify_registration(self, response: Mapping[str, Any], *, challenge: bytes) -> NewKey:
        """Raises CeremonyRefused."""
        try:
            parsed = RegistrationResponse.from_dict(response)
            data = parsed.response.attestation_object.auth_data
            self._explain(parsed.response.client_data, data)
            verified = self._server().register_complete(_state(challenge), response)
            made = cast(AttestedCredentialData, verified.credential_data)
            public_key = cbor.encode(dict(made.public_key))
            if made.credential_id != parsed.raw_id:
                raise ValueError("Two credential ids.")
            if not 1 <= len(made.credential_id) <= LONGEST_CREDENTIAL_ID or len(public_key) > LONGEST_PUBLIC_KEY:
                raise ValueError("Out of bounds.")
            if made.public_key.ALGORITHM not in ALGORITHMS:
                raise CeremonyRefused("algorithm", "This authenticator signs with none of ES256, EdDSA and RS256.")
            _require_usable(made.public_key)
        except MALFORMED as error:
            raise does_not_verify() from error
        return NewKey(
            credential_id=made.credential_id,
            public_key=public_key,
            sign_count=verified.counter,
            aaguid=str(made.aaguid),
            transports=transports_in(response),
            backed_up=verified.is_backed_up(),
        )

    def verify_assertion(
        self, response: Mapping[str, Any], *, challenge: bytes, key: KnownKey, handle: bytes, discoverable: bool
    ) -> Signed:
        """`handle` is the account's user handle, which a discoverable credential must tell. Raises CeremonyRefused."""
        try:
            parsed = AuthenticationResponse.from_dict(response)
            data = parsed.response.authenticator_data
            self._explain(parsed.response.client_data, data)
            told = parsed.response.user_handle
            if (discoverable and not told) or (told and told != handle):
                raise ValueError("Another user handle.")
            known = AttestedCredentialData.create(
                b"\0" * 16, key.credential_id, CoseKey.parse(cast(Mapping[int, Any], cbor.decode(key.public_key)))
            )
            self._server().authenticate_complete(_state(challenge), [known], response)
        except MALFORMED as error:
            raise does_not_verify() from error
        return Signed(data.counter, data.is_backed_up(), data.is_user_verified())

    def _server(self, milliseconds: int | None = None) -> Fido2Server:
        server = Fido2Server(
            PublicKeyCredentialRpEntity(id=self.id, name=self.name),
            attestation=AttestationConveyancePreference.NONE,
            verify_origin=self.origins.__contains__,
        )
        server.timeout = milliseconds  # type: ignore[assignment]  # fido2 declares None and takes milliseconds
        server.allowed_algorithms = [
            PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=alg) for alg in ALGORITHMS
        ]
        return server

    def _explain(self, client: CollectedClientData, data: AuthenticatorData) -> None:
        """What fido2 would refuse in its own words, and (`crossOrigin`) what it lets pass."""
        if client.origin not in self.origins:
            raise CeremonyRefused(
                "wrong_origin", f"This passkey was used on {str(client.origin)[:100]}; it is for {self.id} alone."
            )
        if client.cross_origin:
            raise CeremonyRefused("wrong_origin", "A passkey is not taken from inside a page of another site.")
        if data.rp_id_hash != hashlib.sha256(self.id.encode()).digest():
            raise CeremonyRefused("wrong_relying_party", f"This passkey is for another site than {self.id}.")
        if not data.is_user_verified():
            raise CeremonyRefused(
                "user_not_verified",
                "Your device did not check that it is you: unlock it with your face, a fingerprint or its PIN.",
            )


def origin_of(url: str) -> str:
    """The origin of an address as browsers write it (RFC 6454, section 6.2): no default port, no path."""
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port and parts.port != default else "")


def _require_usable(key: CoseKey) -> None:
    """A key on no curve would be kept, and never sign anybody in."""
    with suppress(InvalidSignature):
        key.verify(b"", b"\0" * 64)


def _descriptor(key: KnownKey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        type=PublicKeyCredentialType.PUBLIC_KEY,
        id=key.credential_id,
        transports=[AuthenticatorTransport(name) for name in key.transports] or None,
    )


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": REQUIRED}


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(json.dumps(options, default=dict))
    return shown
