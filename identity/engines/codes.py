"""The protected code of a face: what is stored in an embedding's place.

A code is the sign of a keyed rotation of the embedding. Codes under one key keep the order of distances (the share of
differing bits is close to the angle over pi: Charikar, 2002). Two codes under two keys say nothing about each other; two
whole tables do, since the distances inside a table survive a change of key (docs/privacy.md, bench/protection).
Orthogonal blocks estimate the angle with less variance than independent directions (Ji et al., "Super-Bit
Locality-Sensitive Hashing", 2012).

This is keyed pseudonymisation, and it is reversible by whoever holds the key: never call it anonymous. The key stays
outside the database.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from numpy.typing import NDArray

from identity.engines.ports import Vector
from identity.engines.root_secret import KEY_BYTES, RootSecret

CODE_BITS = 1024


def epoch_key(root: RootSecret, epoch: int, *, model: str) -> bytes:
    """The 32-byte key of one epoch for the vectors of one model.

    Raises ValueError for a negative epoch; RootSecretRefused (a ValueError too) or RootSecretUnavailable from the root.
    """
    if epoch < 0:
        raise ValueError(f"Key epochs count from 0; {epoch} was asked for.")
    return root.derive(f"humankind face template, epoch {epoch}, model {model}".encode(), length=KEY_BYTES)


def check_value(key: bytes) -> str:
    """Sixteen hex digits that tell whether a key is the one a database was filled with, without telling the key."""
    return hmac.digest(key, b"humankind face template, check value", "sha256")[:8].hex()


def is_check_value(key: bytes, stored: str) -> bool:
    """Whether `stored` is the key's check value; takes as long for a near miss as for a wide one."""
    return hmac.compare_digest(check_value(key).encode(), stored.encode())


def protect(embedding: Vector, key: bytes, *, bits: int = CODE_BITS) -> bytes:
    """The code of an embedding: `bits` / 8 bytes, first bit the highest of the first byte.

    Raises ValueError when the embedding is not one finite vector, or `bits` not a multiple of its dimensions.
    """
    if embedding.ndim != 1 or not np.isfinite(embedding).all():
        raise ValueError("An embedding is one vector of finite numbers.")
    rotation = rotation_of(key, embedding.shape[0], bits)
    return np.packbits(rotation @ embedding.astype(np.float64) > 0).tobytes()


def distance(one: bytes, other: bytes) -> float:
    """Share of differing bits, 0 to 1: 0.5 for unrelated codes. Raises ValueError when the lengths differ."""
    if len(one) != len(other) or not one:
        raise ValueError(f"Codes of {len(one)} and {len(other)} bytes cannot be compared.")
    differing = int.from_bytes(one) ^ int.from_bytes(other)
    return differing.bit_count() / (8 * len(one))


def bit_string(code: bytes) -> str:
    """The code as PostgreSQL's bit(n) writes it: "0110...", eight digits a byte."""
    return f"{int.from_bytes(code):0{8 * len(code)}b}"


@lru_cache(maxsize=8)
def rotation_of(key: bytes, dimensions: int, bits: int) -> NDArray[np.float64]:
    """(bits, dimensions): orthogonal blocks stacked, uniform over rotations (Mezzadri, 2007). As secret as the key.

    Drawn from ChaCha20 and not from numpy's generators, whose streams may change between versions.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"A key has {KEY_BYTES} bytes; this one has {len(key)}.")
    if bits <= 0 or bits % dimensions or bits % 8:
        raise ValueError(f"{bits} bits are not whole blocks of {dimensions} dimensions and whole bytes.")
    blocks = bits // dimensions
    stream = Cipher(algorithms.ChaCha20(key, bytes(16)), mode=None).encryptor()
    words = np.frombuffer(stream.update(bytes(2 * bits * dimensions * 8)), dtype="<u8")
    uniform = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    radius = np.sqrt(-2 * np.log(uniform[0::2]))
    normal = (radius * np.cos(2 * np.pi * uniform[1::2])).reshape(blocks, dimensions, dimensions)
    orthogonal, upper = np.linalg.qr(normal)
    signs = np.sign(np.diagonal(upper, axis1=1, axis2=2))
    rotation: NDArray[np.float64] = (orthogonal * signs[:, None, :]).reshape(bits, dimensions)
    rotation.flags.writeable = False
    return rotation
