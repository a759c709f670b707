"""Files of releases, as recipients read them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings

from common.problems import NotFound, Problem
from exports.engines import folder
from exports.engines.keys import public_key_text, signing_key
from exports.engines.manifest import FILE_NAME, Manifest, open_signed
from exports.models import Dataset, Release
from exports.queries.releases import releases_of

RELEASES_AT_A_TIME = 50


@dataclass(frozen=True)
class StoredFile:
    """A file on the disk and the hash that its release's manifest names."""

    path: Path
    sha256: str


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


def retractions_since(dataset: Dataset, *, since: int) -> tuple[list[dict[str, Any]], int]:
    """What was retracted after release `since`, with the number to ask from next."""
    rows: list[dict[str, Any]] = []
    for release in releases_of(dataset, since=since)[:RELEASES_AT_A_TIME]:
        since = release.number
        if release.retracted:
            table = pq.read_table(_folder(release) / "retractions.parquet", partitioning=None)
            rows.extend({**row, "release": release.number} for row in table.to_pylist())
    return rows, since


def _folder(release: Release) -> Path:
    return folder.release_folder(settings.EXPORT_ROOT, release.dataset_id, release.number)
