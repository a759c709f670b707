"""Keeps World ID's nullifiers as keyed digests, and a proof that waits sealed. Both keys come from one root secret."""

import hmac
import os
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# The order of the BN254 scalar field (EIP-197), in which every public input of a proof lies. A number above it is the
# same field element as the one below, so it would be a second name of the same person.
FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617
NONCE_BYTES = 12


def nullifier_number(written: str) -> int:
    """The field element that hexadecimal digits write, with or without 0x. Raises ValueError outside the field."""
    number = int(written, 16)
    if not 0 < number < FIELD:
        raise ValueError("The nullifier is no element of the field.")
    return number


@dataclass(frozen=True, slots=True)
class NullifierKeys:
    """HKDF (RFC 5869) of the root secret, under a name of its own for each use."""

    digesting: bytes
    sealing: bytes
    signalling: bytes

    @classmethod
    def of(cls, root_secret: str) -> Self:
        """The keys of this root secret."""

        def derived(use: str) -> bytes:
            info = f"humankind world-id {use} 1".encode()
            return HKDF(SHA256(), 32, salt=None, info=info).derive(root_secret.encode())

        return cls(derived("nullifier"), derived("waiting proof"), derived("signal"))

    def digest(self, nullifier: int) -> str:
        """HMAC-SHA256 (RFC 2104) of the nullifier's 32 bytes, in hex: one for each nullifier however it was written."""
        return hmac.digest(self.digesting, nullifier.to_bytes(32), "sha256").hex()

    def check_value(self) -> str:
        """Tells these keys from others without saying anything of them."""
        return hmac.digest(self.digesting, b"check value", "sha256").hex()[:16]

    def fingerprint(self, content: bytes) -> str:
        """Tells a retry from another content, in hex; says nothing of it to whoever lacks the key."""
        return hmac.digest(self.digesting, b"content" + content, "sha256").hex()

    def signal(self, *, account_id: int, request_id: int) -> str:
        """What a proof must be bound to. World sees its hash, and cannot tell from it which account it is of."""
        message = account_id.to_bytes(8) + request_id.to_bytes(8)
        return "humankind:" + hmac.digest(self.signalling, message, "sha256").hex()

    def seal(self, content: bytes, *, bound_to: str) -> bytes:
        """AES-256-GCM (NIST SP 800-38D) with a random nonce; opens only with the same `bound_to`."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.sealing).encrypt(nonce, content, bound_to.encode())

    def open(self, sealed: bytes, *, bound_to: str) -> bytes:
        """What was sealed. Raises ValueError when it was sealed with another key or for another place."""
        try:
            return AESGCM(self.sealing).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
        except InvalidTag as error:
            raise ValueError("This was sealed with another key, or for another place.") from error
