"""An archive's file: a zip of JSON files with a manifest of their SHA-256, and how it is sealed on disk."""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = "humankind-archive/1"
# Everything is built in memory, since nothing of it may lie on a disk in clear.
LARGEST = 256 * 1024 * 1024
KEY_BYTES = 32
NONCE_BYTES = 12
READ_ME = """This archive holds what this server keeps about you. manifest.json names every file with its SHA-256 and says what is in it.

manifest.jws is the same manifest, signed (JWS, RFC 7515, Ed25519). To verify it take the server's public keys from
{keys}
check the signature, then compare the SHA-256 of each file.
"""


class ArchiveTooLarge(Exception):
    """What is held on this person does not fit into one archive."""


class ArchiveDamaged(Exception):
    """The file is not what was written."""


class ArchiveFile:
    """Collects files; `finish` signs their manifest and gives the zip."""

    def __init__(self) -> None:
        self._buffer = BytesIO()
        self._zip = zipfile.ZipFile(self._buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._files: list[dict[str, Any]] = []
        self._size = 0

    def add(self, name: str, about: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Write `name`.json, one record after another. Raises ArchiveTooLarge."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._zip.open(f"{name}.json", "w", force_zip64=True) as file:
            for part in _spelt(records):
                count += b"{" in part[:3]
                digest.update(part)
                size += len(part)
                self._size += len(part)
                if self._size > LARGEST:
                    raise ArchiveTooLarge(f"An archive holds {LARGEST:,} bytes at most.")
                file.write(part)
        row = {"name": f"{name}.json", "about": about, "records": count, "bytes": size, "sha256": digest.hexdigest()}
        self._files.append(row)

    def finish(self, claims: Mapping[str, Any], *, sign: Callable[[dict[str, Any]], str], keys_at: str) -> bytes:
        """The whole archive. `sign` gives the JWS of the manifest, which is `claims` and the files."""
        manifest = {"format": FORMAT, **claims, "files": self._files}
        self._zip.writestr("manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False))
        self._zip.writestr("manifest.jws", sign(manifest))
        self._zip.writestr("README.txt", READ_ME.format(keys=keys_at))
        self._zip.close()
        return self._buffer.getvalue()


def seal(content: bytes, key: bytes, *, archive_id: int) -> bytes:
    """AES-256-GCM (NIST SP 800-38D): nonce, then ciphertext and tag, bound to the archive's id."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, str(archive_id).encode())


def unseal(sealed: bytes, key: bytes, *, archive_id: int) -> bytes:
    """Raises ArchiveDamaged."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], str(archive_id).encode())
    except (InvalidTag, ValueError) as error:
        raise ArchiveDamaged("The archive's file is not what was written.") from error


def _spelt(records: Iterable[Mapping[str, Any]]) -> Iterable[bytes]:
    yield b"["
    between = b"\n"
    for record in records:
        yield between + json.dumps(record, ensure_ascii=False, default=str).encode()
        between = b"\n,"
    yield b"\n]\n"
