"""The folder that a dataset is kept in: releases, what is on its way, and what the folder is pinned to."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from humankind_data.failures import Busy, Misused
from humankind_data.manifest import FILE_NAME, RETRACTIONS, Manifest, open_signed

PINS = "humankind.json"
LOCK = ".lock"
# Files on their way, named by their SHA-256, and the release that is being put together from them.
INCOMING = ".incoming"
LATEST = "latest"
# Files from which retracted records were taken out, with the SHA-256 that each has since.
REDACTED = "redacted.json"


@dataclass(frozen=True)
class Pins:
    """What a folder belongs to, fixed by its first run."""

    url: str
    dataset: str
    public_key: str


@dataclass(frozen=True)
class LocalCopy:
    """One dataset on the consumer's disk."""

    folder: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder alone; the lock ends with the process, however it ends. Raises Busy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LOCK).open("a") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Busy(f"Another run works in {self.folder}; wait for it to end.") from error
            yield

    def pins(self) -> Pins | None:
        """What the folder is pinned to; None before its first run. Raises Misused."""
        path = self.folder / PINS
        if not path.exists():
            return None
        try:
            return Pins(**json.loads(path.read_text()))
        except (TypeError, ValueError) as error:
            raise Misused(f"{path} is not readable; is {self.folder} a folder of humankind-data?") from error

    def pin(self, pins: Pins) -> None:
        """Note what the folder belongs to."""
        write_whole(self.folder / PINS, json.dumps(asdict(pins), indent=1).encode() + b"\n")

    def release(self, number: int) -> Path:
        """Where one release lies."""
        return self.folder / f"release-{number:06d}"

    def numbers(self) -> list[int]:
        """Every release of which there is at least the manifest, oldest first."""
        found = (path.parent.name.removeprefix("release-") for path in self.folder.glob(f"release-*/{FILE_NAME}"))
        return sorted(int(number) for number in found if number.isdigit())

    def numbers_with_data(self) -> list[int]:
        """Releases that are here whole."""
        return [number for number in self.numbers() if (self.release(number) / "data").is_dir()]

    def manifest(self, number: int, *, public_key: str) -> Manifest:
        """A release's manifest, its signature checked again. Raises Refused."""
        return open_signed((self.release(number) / FILE_NAME).read_bytes(), public_key=public_key)

    @property
    def incoming(self) -> Path:
        """What is on its way."""
        return self.folder / INCOMING

    def blob(self, sha256: str) -> Path:
        """Where a fetched and verified file waits for its release to be complete."""
        return self.incoming / sha256

    def part(self, sha256: str) -> Path:
        """Where a file grows that is not yet whole."""
        return self.incoming / f"{sha256}.part"

    def forget_incoming_but(self, wanted: set[str]) -> None:
        """Delete what is on its way for no release that is still wanted: it may hold what was taken back."""
        for path in self.incoming.glob("*"):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name.removesuffix(".part") not in wanted:
                path.unlink()

    def delete_data(self, number: int) -> bool:
        """Delete a release but its manifest and retractions, by which the chain is followed. False where there was none."""
        release = self.release(number)
        kept = {release / FILE_NAME, release / RETRACTIONS}
        found = [path for path in release.iterdir() if path not in kept] if release.is_dir() else []
        if self.points_to(number):
            (self.folder / LATEST).unlink()
        # Out of sight in one step first: a run killed while it deletes leaves no release that only seems whole.
        gone = self.incoming / f"deleted-{number}"
        gone.mkdir(parents=True, exist_ok=True)
        for path in found:
            path.rename(gone / path.name)
        shutil.rmtree(gone)
        return bool(found)

    def point_to(self, number: int) -> None:
        """Make `latest` lead to a release, in one step."""
        if self.points_to(number):
            return
        fresh = self.folder / f".{LATEST}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self.release(number).name)
        fresh.replace(self.folder / LATEST)

    def points_to(self, number: int) -> bool:
        """Whether `latest` leads to that release."""
        latest = self.folder / LATEST
        return latest.is_symlink() and str(latest.readlink()) == self.release(number).name

    def redacted(self, number: int) -> dict[str, str]:
        """{path: SHA-256} of a release's files from which retracted records were taken out."""
        path = self.release(number) / REDACTED
        found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return {str(name): str(sha256) for name, sha256 in found.items()}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or as it was before."""
    fresh = path.with_name(f".{path.name}.fresh")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under another name: a hard link, or a copy where the file system has none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        try:
            target.hardlink_to(source)
        except FileExistsError:
            raise
        except OSError:
            shutil.copy2(source, target)


def settle(folder: Path) -> None:
    """Wait until names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
