"""Releases as the server lists them, and the unbroken line of signed manifests that the copy keeps of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from humankind_data.failures import Misused, Refused, Unreachable
from humankind_data.local_copy import LocalCopy, Pins, write_whole
from humankind_data.manifest import FILE_NAME, Manifest, check_successor, open_signed
from humankind_data.server import Server

PUBLISHED = "published"


@dataclass(frozen=True)
class Listed:
    """What the server says of a release; nothing here is signed, so it decides only what is fetched and what is deleted."""

    number: int
    given_out: bool
    manifest_sha256: str
    acknowledged: bool


def find_dataset(server: Server, wanted: str) -> tuple[str, int]:
    """The id of a dataset by its id or name, and the number of its newest release (0 where there is none)."""
    rows: list[dict[str, Any]] = server.get("/datasets").get("datasets", [])
    found = [row for row in rows if wanted in {str(row.get("id")), row.get("name")}]
    if len(found) != 1:
        names = ", ".join(f"{row.get('id')} ({row.get('name') or row.get('purpose')})" for row in rows) or "none"
        raise Misused(f"This client has no one dataset {wanted}. It has: {names}.")
    return str(found[0]["id"]), int(found[0].get("newest_release") or 0)


def list_releases(server: Server, dataset: str, *, since: int) -> list[Listed]:
    """Every release with a number above `since`, oldest first."""
    listed: list[Listed] = []
    while True:
        answer = server.get(f"/datasets/{dataset}/releases", since=since)
        try:
            page = [_listed(row) for row in answer["releases"]]
        except (KeyError, TypeError, ValueError) as error:
            raise Unreachable("The server's list of releases is not one.") from error
        if not page:
            return listed
        if any(row.number <= since for row in page):
            raise Unreachable("The server's list of releases does not go on.")
        listed += page
        since = page[-1].number


def take_manifests(server: Server, copy: LocalCopy, pins: Pins, listed: Sequence[Listed], *, first: int) -> None:
    """Fetch, verify and keep the manifests that are missing, from `first` on. Raises Refused where the line breaks."""
    held = copy.numbers()
    before = copy.manifest(held[-1], public_key=pins.public_key) if held else None
    if before and listed and listed[-1].number < before.number:
        raise Refused(
            f"The server's newest release is {listed[-1].number}, and release {before.number} is here already."
        )
    for row in listed:
        if row.number in held:
            mine = copy.manifest(row.number, public_key=pins.public_key)
            if mine.sha256 != row.manifest_sha256:
                raise Refused(f"The server now shows another release {row.number} than the one that is here.")
        elif row.number >= first:
            before = _take_manifest(server, copy, pins, row, before)


def _take_manifest(server: Server, copy: LocalCopy, pins: Pins, row: Listed, before: Manifest | None) -> Manifest:
    content = server.content(f"/datasets/{pins.dataset}/releases/{row.number}/manifest")
    manifest = open_signed(content, public_key=pins.public_key)
    if manifest.sha256 != row.manifest_sha256:
        raise Refused(f"The manifest of release {row.number} is not the one that the server lists.")
    if (manifest.dataset, manifest.number) != (pins.dataset, row.number):
        raise Refused(
            f"The manifest is of release {manifest.number} of dataset {manifest.dataset},"
            f" and release {row.number} of {pins.dataset} was asked for."
        )
    if before is not None:
        check_successor(manifest, before)
    elif row.number == 1 and manifest.parent_sha256:
        raise Refused("The first release names a parent.")
    folder = copy.release(row.number)
    folder.mkdir(exist_ok=True)
    write_whole(folder / FILE_NAME, content)
    return manifest


def _listed(row: dict[str, Any]) -> Listed:
    return Listed(
        number=int(row["number"]),
        given_out=row["state"] == PUBLISHED,
        manifest_sha256=str(row["manifest_sha256"]),
        acknowledged=bool(row.get("acknowledged_at")),
    )
