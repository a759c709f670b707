"""An authenticator in software (ES256, attestation "none"), for stories over plain HTTP; it lies where a test asks it to."""

import hashlib
import json
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode

USER_PRESENT, USER_VERIFIED, BACKED_UP, ATTESTED = 0x01, 0x04, 0x18, 0x40


@dataclass
class SoftwareAuthenticator:
    """One key pair. `origin` is where its browser says that the page is; `relying_party` None believes the options."""

    origin: str
    user_verified: bool = True
    backed_up: bool = False
    relying_party: str | None = None
    sign_count: int = 0
    counts: bool = True
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    client_data: dict[str, Any] = field(default_factory=dict)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """RegistrationResponseJSON for PublicKeyCredentialCreationOptionsJSON."""
        self.handle = websafe_decode(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        # COSE's numbers for an elliptic curve key on P-256 that signs with ES256 (RFC 9053).
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor.encode(cose)
        data = self._data(options["rp"]["id"], ATTESTED) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._shown(
            {
                "clientDataJSON": websafe_encode(self._client("webauthn.create", options["challenge"])),
                "attestationObject": websafe_encode(attestation),
                "transports": ["internal"],
            }
        )

    def get(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """AuthenticationResponseJSON for PublicKeyCredentialRequestOptionsJSON."""
        client = self._client("webauthn.get", options["challenge"])
        data = self._data(options["rpId"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._shown(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(self.handle),
            }
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False, **self.client_data}
        return json.dumps(told).encode()

    def _data(self, relying_party: str, more: int = 0) -> bytes:
        self.sign_count += 1 if self.counts else 0
        flags = USER_PRESENT | more
        flags |= USER_VERIFIED if self.user_verified else 0
        flags |= BACKED_UP if self.backed_up else 0
        named = (self.relying_party or relying_party).encode()
        return hashlib.sha256(named).digest() + struct.pack(">BI", flags, self.sign_count)

    def _shown(self, response: dict[str, Any]) -> dict[str, Any]:
        shown = websafe_encode(self.credential_id)
        return {"id": shown, "rawId": shown, "type": "public-key", "response": response, "clientExtensionResults": {}}
