"""Every key of a release, derived from two root secrets by HKDF-SHA256 (RFC 5869)."""

import hashlib
import hmac
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

BUCKETS = 64


def signing_key(root_secret: str) -> Ed25519PrivateKey:
    """The key that signs manifests."""
    return Ed25519PrivateKey.from_private_bytes(_derive(root_secret, "release signing, Ed25519"))


def public_key_text(key: Ed25519PrivateKey) -> str:
    """The public key as recipients pin it: 64 hexadecimal digits."""
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


def address_key(root_secret: str) -> bytes:
    """The key that signs addresses of files: 32 bytes."""
    return _derive(root_secret, "file addresses, HMAC-SHA256")


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
        """The id that a recipient sees for a row, as 32 hexadecimal digits; no two rows have the same."""
        return str(self.opaque_ids(kind, np.array([number], np.int64))[0].as_py())

    def opaque_ids(self, kind: str, numbers: NDArray[np.int64]) -> pa.Array:
        """The same of many at once, as large_string: the kind's tag and the number, 64 bits each, are one block of AES-256.

        A block cipher is a permutation that nobody can tell from chance or turn back without the key, and a million
        blocks are one call.
        """
        blocks = np.empty((len(numbers), 2), ">u8")
        blocks[:, 0] = int.from_bytes(hashlib.sha256(kind.encode()).digest()[:8], "big")
        blocks[:, 1] = numbers.astype(np.uint64)
        # One block for each id and none like another: what ECB leaks of repeated blocks is what an id is for.
        encryptor = Cipher(algorithms.AES(self.record_key), modes.ECB()).encryptor()  # noqa: S305
        digits = encryptor.update(blocks.tobytes()).hex().encode()
        offsets = np.arange(0, len(digits) + 1, 32, dtype=np.int64)
        return pa.LargeStringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(digits))


def bucket_of(pseudonym: str) -> int:
    """Which of the 64 buckets an author's records are in. Made from the pseudonym, it tells nothing more."""
    return int(pseudonym[:8], 16) % BUCKETS


def _derive(root_secret: str, purpose: str) -> bytes:
    if not root_secret:
        raise ValueError("The root secret is empty.")
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"humankind {purpose}".encode()).derive(root_secret.encode())
