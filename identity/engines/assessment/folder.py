"""A folder of `person/image` files, with an optional `subjects.csv` that says something about each person."""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_MISSING = frozenset({"", "na", "n/a", "nan", "none", "unknown"})


class FolderRefused(ValueError):
    """There is nothing in this folder that could be measured; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Collection:
    """`images` holds each person's files, by the name of their folder, in order; `columns` what subjects.csv says of
    each person (None where it says nothing). `notes` are sentences on what was left out and why."""

    images: Mapping[str, Sequence[Path]]
    columns: Mapping[str, Sequence[str | None]]
    notes: Sequence[str]

    @property
    def count(self) -> int:
        return sum(len(files) for files in self.images.values())


def collected(folder: Path, *, most_images: int, most_each: int, seed: int) -> Collection:
    """Who and what is in the folder, within bounds: at most `most_each` images of a person, the first by name, and as
    many whole people, drawn by `seed`, as `most_images` allow. Raises FolderRefused."""
    if not folder.is_dir():
        raise FolderRefused(f"{folder} is not a folder: name one that holds a folder of images for each person.")
    found: dict[str, list[Path]] = {}
    others = 0
    for person in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")):
        files = sorted(path for path in person.iterdir() if path.is_file() and not path.name.startswith("."))
        pictures = [path for path in files if path.suffix.lower() in _SUFFIXES]
        others += len(files) - len(pictures)
        if pictures:
            found[person.name] = pictures
    if len(found) < 2:
        raise FolderRefused(
            f"{folder} holds images of {len(found)} people: at least two are needed, each in a folder of their own,"
            f" as {', '.join(sorted(_SUFFIXES))}."
        )
    notes = [f"{others} files that are not images were passed over."] if others else []
    trimmed = sum(len(files) > most_each for files in found.values())
    if trimmed:
        notes.append(f"{trimmed} people have more than {most_each} images: the first {most_each} by name were taken.")
    chosen = _within({name: files[:most_each] for name, files in found.items()}, most_images, seed)
    if len(chosen) < len(found):
        notes.append(
            f"{len(chosen)} of {len(found)} people were drawn, so that no more than {most_images} images are compared."
        )
    single = sum(len(files) == 1 for files in chosen.values())
    if single:
        notes.append(
            f"{single} people have one image: they count as strangers to the others, and cannot be found again."
        )
    columns, note = _subjects(folder / "subjects.csv", list(chosen))
    return Collection(chosen, columns, [*notes, *note])


def _within(people: dict[str, list[Path]], most: int, seed: int) -> dict[str, list[Path]]:
    order = list(people)
    if sum(map(len, people.values())) > most:
        # A measurement that can be made again, and no secret.
        random.Random(seed).shuffle(order)  # noqa: S311
    taken: set[str] = set()
    total = 0
    for name in order:
        if total + len(people[name]) > most and len(taken) >= 2:
            break
        taken.add(name)
        total += len(people[name])
    return {name: files for name, files in people.items() if name in taken}


def _subjects(path: Path, names: Sequence[str]) -> tuple[dict[str, list[str | None]], list[str]]:
    if not path.is_file():
        return {}, ["There is no subjects.csv, so that differences between groups of people could not be measured."]
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.DictReader(file) if None not in row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return {}, [f"subjects.csv cannot be read ({type(error).__name__}): differences between groups are left out."]
    wanted = set(names)
    hits = Counter({column: sum(row[column] in wanted for row in rows) for column in (rows[0] if rows else {})})
    if not hits or not max(hits.values()):
        return {}, ["subjects.csv names none of the folders: differences between groups of people are left out."]
    key = max(hits, key=lambda column: hits[column])
    known = {row[key]: row for row in rows}
    notes = []
    unknown = sum(name not in known for name in names)
    if unknown:
        notes.append(f"subjects.csv says nothing of {unknown} people: they are in no group.")
    return {
        column: [_said(known[name][column]) if name in known else None for name in names]
        for column in hits
        if column != key
    }, notes


def _said(value: str | None) -> str | None:
    return None if value is None or value.strip().lower() in _MISSING else value.strip()
