"""Whether a folder of releases is what was signed, and holds nothing that was taken back."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from humankind_data.failures import Misused, Refused
from humankind_data.local_copy import REDACTED, LocalCopy
from humankind_data.manifest import FILE_NAME, Manifest, check_successor, open_signed, sha256_of
from humankind_data.retractions import data_files, found_in, is_searchable, retracted_after, retracted_by


@dataclass(frozen=True)
class Verified:
    """One release that was found true; `whole` says whether its data is here and was checked too."""

    manifest: Manifest
    whole: bool
    redacted: int


def verify(folder: Path, *, public_key: str = "", dataset: str = "") -> Iterator[Verified]:
    """Check a dataset's folder, or a single release's, oldest release first. Raises Refused at the first thing wrong.

    Without a key, the one to which the folder is pinned is taken; a dataset's id may be demanded.
    """
    if (folder / FILE_NAME).is_file():
        if not public_key:
            raise Misused("A single release is verified against a key: name it with --key.")
        yield _verify_single(folder, public_key=public_key, dataset=dataset)
        return
    copy = LocalCopy(folder)
    pins = copy.pins()
    if public_key and pins and pins.public_key != public_key:
        raise Refused(f"{folder} is pinned to the key {pins.public_key}.")
    key = public_key or (pins.public_key if pins else "")
    if not key:
        raise Misused(f"{folder} is pinned to no key: name it with --key.")
    if not copy.numbers():
        raise Refused(f"There is no release in {folder}.")
    yield from _verify_chain(copy, key, dataset or (pins.dataset if pins else ""))


def _verify_chain(copy: LocalCopy, public_key: str, dataset: str) -> Iterator[Verified]:
    before: Manifest | None = None
    whole = copy.numbers_with_data()
    for number in copy.numbers():
        manifest = copy.manifest(number, public_key=public_key)
        _demand(manifest, number=number, dataset=dataset)
        if before:
            check_successor(manifest, before)
        redacted = copy.redacted(number)
        _check_files(copy.release(number), manifest, redacted, whole=number in whole)
        # The operator's own folder is pinned to nothing, and keeps closed releases for the days of grace.
        if number in whole and copy.pins():
            _check_nothing_retracted(copy, number)
        yield Verified(manifest, number in whole, len(redacted))
        before = manifest


def _verify_single(folder: Path, *, public_key: str, dataset: str) -> Verified:
    manifest = open_signed((folder / FILE_NAME).read_bytes(), public_key=public_key)
    _demand(manifest, number=manifest.number, dataset=dataset)
    whole = (folder / "data").is_dir()
    _check_files(folder, manifest, {}, whole=whole)
    return Verified(manifest, whole, 0)


def _demand(manifest: Manifest, *, number: int, dataset: str) -> None:
    if manifest.number != number:
        raise Refused(f"The folder of release {number} holds release {manifest.number}.")
    if dataset and manifest.dataset != dataset:
        raise Refused(f"Release {number} is of dataset {manifest.dataset}, and {dataset} was expected.")


def _check_files(release: Path, manifest: Manifest, redacted: dict[str, str], *, whole: bool) -> None:
    for file in manifest.files:
        path = release / file.path
        if not whole and not path.exists():
            continue
        if any(each.is_symlink() for each in (path, *path.parents) if release in each.parents) or not path.is_file():
            raise Refused(f"Release {manifest.number}: {file.path} is missing.")
        if sha256_of(path) not in {file.sha256, redacted.get(file.path)}:
            raise Refused(f"Release {manifest.number}: {file.path} is not the file that was signed.")
    named = {FILE_NAME, REDACTED, *manifest.digests}
    present = {path.relative_to(release).as_posix() for path in release.rglob("*") if not path.is_dir()}
    # Whoever publishes keeps state beside a release, for the next one; it is no part of it and is never given out.
    present = {path for path in present if not path.startswith("state/")}
    if extra := sorted(present - named):
        raise Refused(f"Release {manifest.number}: {extra[0]} is there, and the manifest does not name it.")


def _check_nothing_retracted(copy: LocalCopy, number: int) -> None:
    taken_back = retracted_after(copy, number) | retracted_by(copy, number).keys()
    if not taken_back:
        return
    for file in data_files(copy, number):
        if is_searchable(file) and (found := found_in(file, taken_back)):
            raise Refused(
                f"Release {number}: {file.name} holds {len(found)} records that were taken back; sync removes them."
            )
