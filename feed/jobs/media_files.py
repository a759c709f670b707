"""Puts image files into the media storage and takes them out again."""

import secrets
from contextlib import suppress
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from feed.engines.pictures import Encoded


def store(name: str, full: Encoded, small: Encoded) -> tuple[str, str]:
    """Write both files under `name` (no ending); gives their paths in the storage.

    Takes the place of what an earlier try left under the same name.
    """
    paths = f"{name}.{full.suffix}", f"{name}-small.{small.suffix}"
    for path, encoded in zip(paths, (full, small), strict=True):
        default_storage.delete(path)
        default_storage.save(path, ContentFile(encoded.data))
    return paths


def fresh_name(folder: str) -> str:
    """A name in the storage, without an ending, that nobody can guess."""
    secret = secrets.token_hex(20)
    return f"{folder}/{secret[:2]}/{secret}"


def store_bytes(path: str, data: bytes) -> str:
    """Write one file; gives its path."""
    default_storage.delete(path)
    return default_storage.save(path, ContentFile(data))


def store_file(path: str, source: Path) -> str:
    """Copy a file into the storage; gives its path."""
    default_storage.delete(path)
    with source.open("rb") as file:
        return default_storage.save(path, File(file))


def fetch(path: str, into: Path) -> None:
    """Copy a file out of the storage. Raises FileNotFoundError."""
    with default_storage.open(path) as file, into.open("wb") as out:
        for piece in file.chunks():
            out.write(piece)


def remove(*paths: str) -> None:
    """Delete files, those that are gone already included."""
    for path in paths:
        with suppress(OSError):
            default_storage.delete(path)
