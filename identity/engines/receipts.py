"""Signed receipts: JSON Web Signatures (RFC 7515) with Ed25519 (RFC 8037), which anybody can verify with the public key.

The key is derived from a root secret by HKDF-SHA256 (RFC 5869); its id is its JWK thumbprint (RFC 7638).
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ALGORITHM = "EdDSA"


@dataclass(frozen=True, slots=True)
class ReceiptSigner:
    """Signs with the key of one root secret. The secret is no part of its text form."""

    _key: Ed25519PrivateKey

    @classmethod
    def derive(cls, root_secret: str) -> ReceiptSigner:
        """Raises ValueError for a secret of fewer than 32 characters."""
        if len(root_secret) < 32:
            raise ValueError("The secret of the receipt key has at least 32 characters.")
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"humankind receipts, Ed25519").derive(root_secret.encode())
        return cls(Ed25519PrivateKey.from_private_bytes(derived))

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public key as a JSON Web Key."""
        raw = self._key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        parts = {"crv": "Ed25519", "kty": "OKP", "x": urlsafe_b64encode(raw).rstrip(b"=").decode()}
        thumbprint = hashlib.sha256(json.dumps(parts, separators=(",", ":"), sort_keys=True).encode()).digest()
        kid = urlsafe_b64encode(thumbprint).rstrip(b"=").decode()
        return parts | {"kid": kid, "alg": ALGORITHM, "use": "sig"}

    def sign(self, claims: Mapping[str, Any], *, kind: str) -> str:
        """The claims as a compact JWS; `kind` becomes its `typ`: "erasure-receipt+jwt"."""
        header = {"kid": self.public_jwk["kid"], "typ": kind}
        return jwt.encode(dict(claims), self._key, algorithm=ALGORITHM, headers=header)
