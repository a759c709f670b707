"""Every key of a release, derived from two root secrets by HKDF-SHA256 (RFC 5869)."""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

BUCKETS = 64


def signing_key(root_secret: str) -> Ed25519PrivateKey:
    """The key that signs manifests."""
    return Ed25519PrivateKey.from_private_bytes(_derive(root_secret, "release signing, Ed25519"))


def public_key_text(key: Ed25519PrivateKey) -> str:
    """The public key as recipients pin it: 64 hexadecimal digits."""
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


@dataclass(frozen=True)
class PseudonymKeys:
    """One recipient's keys. Without the root secret its pseudonyms and another's cannot be told to be one person's."""

    author_key: bytes
    record_key: bytes

    @classmethod
    def derive(cls, *, root_secret: str, key_id: str) -> "PseudonymKeys":
        """The keys that `key_id` names."""
        return cls(_derive(root_secret, f"author:{key_id}"), _derive(root_secret, f"record:{key_id}"))

    def author(self, account_id: int) -> str:
        """An author's pseudonym: 128 bits of HMAC-SHA256, as 32 hexadecimal digits."""
        return hmac.digest(self.author_key, str(account_id).encode(), "sha256")[:16].hex()

    def opaque(self, kind: str, number: int) -> str:
        """The id that a recipient sees for a row: 128 bits of keyed BLAKE2b (RFC 7693), as 32 hexadecimal digits."""
        return hashlib.blake2b(f"{kind}:{number}".encode(), key=self.record_key, digest_size=16).hexdigest()


def bucket_of(pseudonym: str) -> int:
    """Which of the 64 buckets an author's records are in. Made from the pseudonym, it tells nothing more."""
    return int(pseudonym[:8], 16) % BUCKETS


def _derive(root_secret: str, purpose: str) -> bytes:
    if not root_secret:
        raise ValueError("The root secret is empty.")
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"humankind {purpose}".encode()).derive(root_secret.encode())
