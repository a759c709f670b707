"""The root secret behind every template key: where it lies, and how keys are derived from it.

It lies outside the database, so that a stolen backup alone decodes nothing. Nothing here prints it, and no error says more
of it than its length.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
LEAST_BYTES = 32
MOST_BYTES = 4096


class RootSecretRefused(ValueError):
    """The secret is missing, too short, or lies where others can read it. The sentence names the setting."""


class RootSecretUnavailable(Exception):
    """The service that holds the secret does not answer: try later. The sentence names the setting."""


class RootSecret(Protocol):
    @property
    def source(self) -> str:
        """The setting that names it, for sentences to operators."""

    def derive(self, info: bytes, *, length: int = KEY_BYTES) -> bytes:
        """`length` bytes (up to 8,160) bound to `info`: always the same for one root and info, and unrelated otherwise.

        Raises RootSecretRefused or RootSecretUnavailable.
        """


def expand(material: bytes, info: bytes, *, length: int) -> bytes:
    """HKDF-SHA256 without a salt (RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=info).derive(material)


class HeldSecret:
    """A secret that this process holds: of an environment variable, or of a test."""

    def __init__(self, secret: bytes, *, source: str = "the root secret") -> None:
        self.source = source
        self._secret = secret

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.source}>"

    def derive(self, info: bytes, *, length: int = KEY_BYTES) -> bytes:
        if len(self._secret) < LEAST_BYTES:
            raise RootSecretRefused(f"{self.source} has {len(self._secret)} bytes; it needs at least {LEAST_BYTES}.")
        return expand(self._secret, info, length=length)


class FileSecret:
    """A secret in a file that the world cannot read. White space around it does not count, so that the same words in a
    file and in an environment variable give the same keys."""

    def __init__(self, path: str, *, source: str) -> None:
        self.source = source
        self._path = Path(path)
        self._held: HeldSecret | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.source}>"

    def derive(self, info: bytes, *, length: int = KEY_BYTES) -> bytes:
        # A failed reading is tried again: an operator who mends the file need not restart what only waits for it.
        if self._held is None:
            self._held = self._read()
        return self._held.derive(info, length=length)

    def _read(self) -> HeldSecret:
        try:
            with self._path.open("rb") as file:
                # Of the open file and not of its name, which could point elsewhere a moment later.
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                content = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise RootSecretRefused(f"{self.source} names a file that cannot be read: {error.strerror}.") from error
        if mode & stat.S_IRWXO:
            raise RootSecretRefused(
                f"{self.source} names a file of mode {mode:04o}, which everybody on this machine can reach: make it 0400 or 0440."
            )
        if len(content) > MOST_BYTES:
            raise RootSecretRefused(f"{self.source} names a file of more than {MOST_BYTES} bytes: that is no secret.")
        secret = content.strip()
        if len(secret) < LEAST_BYTES:
            raise RootSecretRefused(f"{self.source} has {len(secret)} bytes; it needs at least {LEAST_BYTES}.")
        return HeldSecret(secret, source=self.source)
