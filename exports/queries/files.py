"""Files of releases, as recipients read them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from common.problems import NotFound, Problem
from exports.engines import folder
from exports.engines.keys import public_key_text, signing_key
from exports.engines.manifest import FILE_NAME, Manifest, open_signed
from exports.models import Release
from exports.queries.stores import store


@dataclass(frozen=True)
class StoredFile:
    """A file in the store, and the hash that its release's manifest names."""

    name: str
    sha256: str
    size: int

    @property
    def path(self) -> Path:
        """Where it lies, in a store on the local disk."""
        return store().root / self.name

    def open(self) -> BinaryIO:
        """To read from; it can seek."""
        return store().open(self.name)


def public_key() -> str:
    """The key that recipients verify with."""
    return public_key_text(signing_key(settings.RELEASE_SIGNING_KEY))


def manifest_file(release: Release) -> StoredFile:
    """The signed manifest; a closed release keeps it."""
    return StoredFile(_name(release, FILE_NAME), release.manifest_sha256, len(_manifest_bytes(release)))


def manifest_of(release: Release) -> Manifest:
    """What the release consists of. Raises ValueError when its manifest is not the one that was published."""
    content = _manifest_bytes(release)
    if hashlib.sha256(content).hexdigest() != release.manifest_sha256:
        raise ValueError(f"The manifest of {release} is not the one that was published.")
    return open_signed(content, public_key=public_key())


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
    return StoredFile(_name(release, path), named[path].sha256, named[path].size)


def _manifest_bytes(release: Release) -> bytes:
    return store().read(_name(release, FILE_NAME))


def _name(release: Release, path: str) -> str:
    return f"{folder.release_name(release.dataset_id, release.number)}/{path}"
