"""Bring a local copy up to what the server gives out now. Every step leaves the folder true, and can be repeated."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from humankind_data.chain import Listed, find_dataset, list_releases, take_manifests
from humankind_data.downloads import Source, fetch
from humankind_data.failures import Closed, Misused
from humankind_data.local_copy import LocalCopy, Pins, link_or_copy, settle
from humankind_data.manifest import FILE_NAME, RETRACTIONS, Manifest, parsed_key
from humankind_data.retractions import apply_retractions, retracted_by
from humankind_data.server import Server

TRIES = 3


@dataclass
class Outcome:
    """What a run did. `newest` is None where nothing is given out now."""

    newest: Manifest | None = None
    fetched: int = 0
    fetched_bytes: int = 0
    reused: int = 0
    retracted: int = 0
    removed_records: int = 0
    deleted: list[int] = field(default_factory=list)


class Progress:
    """Told what happens; the command shows it, everybody else may leave it at that."""

    def begins(self, number: int, size: int) -> None:
        """`size` bytes of release `number` are wanted."""

    def on(self, path: str) -> None:
        """A file is next."""

    def advance(self, size: int) -> None:
        """So many bytes are here."""


@dataclass
class Sync:
    """One run. `keep` is how many releases stay with their data, 0 for all that are given out."""

    server: Server
    copy: LocalCopy
    dataset: str
    public_key: str = ""
    keep: int = 0
    progress: Progress = field(default_factory=Progress)
    outcome: Outcome = field(default_factory=Outcome)

    def run(self) -> Outcome:
        """Raises Failure. Killed anywhere, the next run goes on."""
        with self.copy.locked():
            dataset, newest = find_dataset(self.server, self.dataset)
            pins = self._pinned(dataset)
            for tried in range(TRIES):
                try:
                    self._bring(pins, newest)
                    break
                except Closed:
                    # Closed since the list was read: what follows it is on the list now.
                    if tried + 1 == TRIES:
                        raise
        return self.outcome

    def _pinned(self, dataset: str) -> Pins:
        given = self.public_key.lower()
        pins = self.copy.pins()
        if pins is None:
            if not given:
                raise Misused("Name the public key that the operator gave you with --key: the first run pins it.")
            parsed_key(given)
            pins = Pins(url=self.server.url, dataset=dataset, public_key=given)
            self.copy.pin(pins)
        if given and given != pins.public_key:
            raise Misused(f"{self.copy.folder} is pinned to the key {pins.public_key}, and another was given.")
        if pins.dataset != dataset:
            raise Misused(f"{self.copy.folder} holds dataset {pins.dataset}, and not {dataset}.")
        return pins

    def _bring(self, pins: Pins, newest: int) -> None:
        held, whole = self.copy.numbers(), self.copy.numbers_with_data()
        begin = min([*whole, *held[-1:], newest])
        listed = list_releases(self.server, pins.dataset, since=max(0, begin - 2))
        target = next((row for row in reversed(listed) if row.given_out), None)
        # The first run begins the chain one release before the one that it fetches.
        first = held[-1] + 1 if held else target.number - 1 if target else newest
        take_manifests(self.server, self.copy, pins, listed, first=first)
        self._take_retractions(pins)
        closed = {row.number for row in listed if not row.given_out}
        if target is None:
            self._delete(closed)
            self.copy.forget_incoming_but(set())
            return
        manifest = self.copy.manifest(target.number, public_key=pins.public_key)
        self._have(pins, manifest, closed)
        self.copy.point_to(manifest.number)
        self.outcome.removed_records += apply_retractions(self.copy)
        self._delete(set(self.copy.numbers_with_data()[: -self.keep] if self.keep else []))
        self.outcome.newest = manifest
        self.outcome.retracted = sum(
            len(retracted_by(self.copy, number)) for number in self.copy.numbers() if number not in held
        )
        self._acknowledge(pins, target)

    def _have(self, pins: Pins, manifest: Manifest, closed: set[int]) -> None:
        """Have a release whole, and none that is closed."""
        if manifest.number in self.copy.numbers_with_data():
            self.copy.forget_incoming_but(set())
            self._delete(closed)
            return
        self.copy.forget_incoming_but(set(manifest.digests.values()))
        # Unchanged files of a closed release are this one's too: they are linked before it goes.
        self._reuse(pins, manifest)
        self._delete(closed)
        self._fetch(pins, manifest)
        self._assemble(manifest)

    def _take_retractions(self, pins: Pins) -> None:
        for number in self.copy.numbers():
            target = self.copy.release(number) / RETRACTIONS
            if target.exists():
                continue
            manifest = self.copy.manifest(number, public_key=pins.public_key)
            file = next((file for file in manifest.files if file.path == RETRACTIONS), None)
            if file is not None:
                fetch(self._source(pins, number), self.copy, file, advance=lambda size: None)
                self.copy.blob(file.sha256).replace(target)
                settle(target.parent)

    def _reuse(self, pins: Pins, manifest: Manifest) -> None:
        wanted = set(manifest.digests.values())
        for number in reversed(self.copy.numbers()):
            release = self.copy.release(number)
            redacted = self.copy.redacted(number)
            for path, sha256 in self.copy.manifest(number, public_key=pins.public_key).digests.items():
                source = release / path
                if sha256 in wanted and path not in redacted and source.is_file():
                    self.outcome.reused += not self.copy.blob(sha256).exists() and path != RETRACTIONS
                    link_or_copy(source, self.copy.blob(sha256))

    def _fetch(self, pins: Pins, manifest: Manifest) -> None:
        source = self._source(pins, manifest.number)
        missing = [file for file in manifest.files if not self.copy.blob(file.sha256).exists()]
        self.progress.begins(manifest.number, sum(file.size for file in missing))
        for file in missing:
            self.progress.on(file.path)
            fetch(source, self.copy, file, advance=self.progress.advance)
            self.outcome.fetched += 1
            self.outcome.fetched_bytes += file.size

    def _assemble(self, manifest: Manifest) -> None:
        building = self.copy.incoming / "building"
        shutil.rmtree(building, ignore_errors=True)
        (building / "data").mkdir(parents=True)
        for file in manifest.files:
            link_or_copy(self.copy.blob(file.sha256), building / file.path)
        release = self.copy.release(manifest.number)
        # `data` comes last: a release that has it is whole.
        for made in sorted(building.iterdir(), key=lambda path: path.name == "data"):
            _move(made, release / made.name)
        settle(release)
        self.copy.forget_incoming_but(set())

    def _delete(self, numbers: set[int]) -> None:
        for number in sorted(numbers & set(self.copy.numbers())):
            if self.copy.delete_data(number):
                self.outcome.deleted.append(number)

    def _acknowledge(self, pins: Pins, row: Listed) -> None:
        if not row.acknowledged:
            path = f"/datasets/{pins.dataset}/releases/{row.number}/acknowledgement"
            self.server.post(path, {"manifest_sha256": row.manifest_sha256})

    def _source(self, pins: Pins, number: int) -> Source:
        return Source(self.server, f"/datasets/{pins.dataset}/releases/{number}")


def _move(made: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    if target.name != FILE_NAME:
        made.replace(target)
