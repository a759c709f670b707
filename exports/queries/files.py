"""Files of releases, as recipients read them."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from common.problems import NotFound, Problem
from exports.engines import folder
from exports.engines.keys import public_key_text, signing_key
from exports.engines.manifest import FILE_NAME, Manifest, open_signed
from exports.models import Release


@dataclass(frozen=True)
class StoredFile:
    """A file on the disk and the hash that its release's manifest names."""

    path: Path
    sha256: str

    @property
    def size(self) -> int:
        """In bytes."""
        return self.path.stat().st_size

    def open(self) -> BinaryIO:
        """Its bytes, seekable."""
        return self.path.open("rb")


def public_key() -> str:
    """The key that recipients verify with."""
    return public_key_text(signing_key(settings.RELEASE_SIGNING_KEY))


def manifest_file(release: Release) -> StoredFile:
    """The signed manifest; a closed release keeps it."""
    return StoredFile(_folder(release) / FILE_NAME, release.manifest_sha256)


def manifest_of(release: Release) -> Manifest:
    """What the release consists of."""
    return open_signed(manifest_file(release).path.read_bytes(), public_key=public_key())


def stored_file(release: Release, path: str) -> StoredFile:
    """One file that the manifest names. Raises NotFound, and Problem (410) for the data of a closed release."""
    named = {file.path: file for file in manifest_of(release).files}
    if path not in named:
        raise NotFound("The release has no such file.")
    if release.state != Release.State.PUBLISHED and named[path].bucket is not None:
        raise Problem(
            f"Release {release.number} is closed: {release.close_reason}. Take the newest one.",
            code="closed",
            status=410,
        )
    return StoredFile(_folder(release) / path, named[path].sha256)


def _folder(release: Release) -> Path:
    return folder.release_folder(settings.EXPORT_ROOT, release.dataset_id, release.number)
