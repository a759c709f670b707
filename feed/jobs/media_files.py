"""Puts image files into the media storage and takes them out again."""

from contextlib import suppress

from django.core.files.base import ContentFile
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


def remove(*paths: str) -> None:
    """Delete files, those that are gone already included."""
    for path in paths:
        with suppress(OSError):
            default_storage.delete(path)
