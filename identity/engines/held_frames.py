"""Frames as they are held for a reviewer: written anew as plain JPEG, and sealed.

AES-256-GCM (NIST SP 800-38D) under a key of the case's own, derived from the root secret with a random salt; case and
place are authenticated with each frame, so that none can be moved.
"""

from __future__ import annotations

import io
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import Image as Pillow

from identity.engines.ports import Image

SALT_BYTES = 32
NONCE_BYTES = 12
LONGEST_SIDE = 1024
QUALITY = 88


class FrameDamaged(Exception):
    """The frame is not what was sealed, or the key is another."""


def as_jpeg(image: Image) -> bytes:
    """The pixels alone, at most `LONGEST_SIDE` long: a camera's file may also say where it was taken."""
    picture = Pillow.fromarray(image)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def key_info(salt: bytes) -> bytes:
    """What the 32-byte key of one case's frames is derived from, beside the root secret (`info` of RFC 5869)."""
    return b"humankind capture held for review, salt " + salt.hex().encode()


def seal(frame: bytes, key: bytes, *, case_id: int, number: int) -> bytes:
    """Nonce, ciphertext and tag of one frame."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, frame, _bound(case_id, number))


def unseal(sealed: bytes, key: bytes, *, case_id: int, number: int) -> bytes:
    """The frame that `seal` was given. Raises FrameDamaged."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(case_id, number))
    except InvalidTag as error:
        raise FrameDamaged(f"Frame {number} of case {case_id} cannot be opened.") from error


def _bound(case_id: int, number: int) -> bytes:
    return f"held frame {number} of case {case_id}".encode()
