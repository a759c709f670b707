"""Frames of an enrolment: encrypted, in Redis, for minutes. Redis never writes to disk here, and the key is not in it.

AES-256-GCM (NIST SP 800-38D), a random 96-bit nonce for each frame; the enrolment, gesture and place are
authenticated with it, so that a frame cannot be moved to another enrolment or place.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.redis import client

NONCE_BYTES = 12
# How long frames outlive the deadline or the submission: the time that a worker has to take them up.
CHECK_SECONDS = 15 * 60


class CaptureLost(Exception):
    """Frames are missing, or are not what was put there."""


@dataclass(frozen=True, slots=True)
class Capture:
    """The place of one enrolment's frames, and their 32-byte key."""

    enrolment_id: int
    key: bytes

    @property
    def _place(self) -> str:
        return place_of(self.enrolment_id)

    def add(self, gesture: str, frames: Sequence[bytes], *, start: int, seconds: int) -> int:
        """Keep the frames from number `start` on; a picture that is there already is not kept again. Gives their number."""
        known = {name.rpartition(b":")[2] for name in cast(list[bytes], client().hkeys(self._place))}
        sealed: dict[str, bytes] = {}
        for frame in frames:
            # Keyed, so that nobody can look for a picture that they have.
            digest = hmac.new(self.key, hashlib.sha256(frame).digest(), "sha256").hexdigest()[:32]
            if digest.encode() in known:
                continue
            known.add(digest.encode())
            name = f"{gesture}:{start + len(sealed):03}:{digest}"
            nonce = os.urandom(NONCE_BYTES)
            sealed[name] = nonce + AESGCM(self.key).encrypt(nonce, frame, self._bound(name))
        with client().pipeline() as together:
            if sealed:
                together.hset(self._place, items=[part for pair in sealed.items() for part in pair])
            together.expire(self._place, seconds)
            together.execute()
        return len(sealed)

    def load(self, gestures: Sequence[str], *, expected: dict[str, int]) -> list[tuple[str, tuple[bytes, ...]]]:
        """The frames of each gesture, in order. Raises CaptureLost when one of the `expected` numbers is not met."""
        sealed = {
            name.decode(): value for name, value in cast(dict[bytes, bytes], client().hgetall(self._place)).items()
        }
        found = []
        for gesture in gestures:
            names = sorted(name for name in sealed if name.startswith(f"{gesture}:"))
            if len(names) != expected.get(gesture, 0):
                raise CaptureLost(f"{len(names)} frames of {gesture} are left of {expected.get(gesture, 0)}.")
            found.append((gesture, tuple(self._opened(name, sealed[name]) for name in names)))
        return found

    def _opened(self, name: str, sealed: bytes) -> bytes:
        try:
            return AESGCM(self.key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._bound(name))
        except InvalidTag as error:
            raise CaptureLost("A frame is not what was put there.") from error

    def _bound(self, name: str) -> bytes:
        return f"{self.enrolment_id}:{name}".encode()


def place_of(enrolment_id: int) -> str:
    """The Redis key that holds an enrolment's frames."""
    return f"enrolment:{enrolment_id}:frames"


def frames_alive(enrolment_id: int) -> int:
    """Number of frames in Redis."""
    return client().hlen(place_of(enrolment_id))


def keep_frames(enrolment_id: int, *, seconds: int) -> None:
    """Give a worker this long to take the frames up."""
    client().expire(place_of(enrolment_id), seconds)


def delete_frames(enrolment_id: int) -> None:
    """Delete an enrolment's frames now."""
    client().delete(place_of(enrolment_id))
