"""What an app gives of a person for their archive: settings.ARCHIVE_PROVIDERS names a function in each app.

A provider takes an account's id and yields parts. Nothing of anybody else is in them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """One file of the archive: `name`.json, a list of records. `about` says in a sentence what it holds."""

    name: str
    about: str
    records: Iterable[Mapping[str, Any]]


def records_of(rows: QuerySet[Any], *fields: str) -> Iterable[Mapping[str, Any]]:
    """The named fields of each row, oldest first; ids as texts, as everywhere outside."""
    for row in rows.order_by("pk").values(*fields).iterator(chunk_size=2000):
        yield {name: str(value) if name.endswith("id") and value is not None else value for name, value in row.items()}


ArchiveProvider = Callable[[int], Iterator[ArchivePart]]
