"""What an app gives of a person for their archive: settings.ARCHIVE_PROVIDERS names a function in each app.

A provider takes an account's id and yields parts. Nothing of anybody else is in them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """One file of the archive: `name`.json, a list of records. `about` says in a sentence what it holds."""

    name: str
    about: str
    records: Iterable[Mapping[str, Any]]


ArchiveProvider = Callable[[int], Iterator[ArchivePart]]
