"""What most shapes answer alike: whole authors, no links, nothing dropped because of other records."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from django.conf import settings
from numpy.typing import NDArray

from common.engine_loader import engine
from exports.engines.columns import SETTLED
from exports.engines.filters import LEVELS, Filter
from exports.engines.keys import PseudonymKeys
from exports.engines.pii.port import Masker
from exports.engines.record_parts import licence_of
from exports.engines.rests_on import RESTS_ON
from exports.engines.texts import Known, Texts
from exports.queries.shapes.port import AUTHORS_AT_A_TIME, Context, Fresh
from feed.queries.training import ConsentedAuthor
from identity.queries.faces import face_finder


class Plain:
    """What a shape is where it says nothing else: its records rest on statuses and people, each of its own."""

    state_schema: pa.Schema | None = RESTS_ON
    links: Mapping[str, str] = {}
    reads_single = False
    unread: tuple[str, ...] = ()
    rows_in_group: int | None = None
    authors_at_a_time = AUTHORS_AT_A_TIME
    unlinked = False

    def made_with(self) -> dict[str, Any]:
        """The masker; it looks at every text of a record."""
        return {"masker": masker_in_words()}

    def single(
        self,
        *,
        status_ids: Collection[int],
        without: Collection[int],
        keys: PseudonymKeys,
        filter: Filter,
        context: Context,
    ) -> Fresh:
        """Not to be asked: what changed is read with all else of its author."""
        raise NotImplementedError(f"{type(self).__name__} reads whole authors.")

    def entangled(self, *, account_ids: Collection[int], status_ids: Collection[int]) -> set[int]:
        """Nobody else: a record here is one person's."""
        return set()

    def settle(self, *, filter: Filter, old: pa.Table, touched: NDArray[np.bool_], came: pa.Table) -> pa.Table:
        """No record is dropped because of another."""
        return SETTLED.empty_table()


class Pictures(Plain):
    """The same of records that hold pictures."""

    # Their bytes are in memory meanwhile.
    authors_at_a_time = 100

    def made_with(self) -> dict[str, Any]:
        """The masker, and what finds faces."""
        return {"masker": masker_in_words(), "faces": {"engine": face_finder()}}


@dataclass
class Gathered:
    """What a shape finds record by record. `at_once` bounds how many are held as Python objects."""

    schema: pa.Schema
    at_once: int | None = None
    funnel: Counter[str] = field(default_factory=Counter)
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _tables: list[pa.Table] = field(default_factory=list)
    _subjects: list[int] = field(default_factory=list)
    _state: list[dict[str, Any]] = field(default_factory=list)

    def add(self, record: dict[str, Any], *, subject: int, rests_on: Collection[tuple[int | None, int]]) -> None:
        """Take in a record made of the row `subject`; `rests_on` are (status id or None, account id)."""
        record_id = record["record_id"]
        self._subjects.append(subject)
        self._state += [
            {"record_id": record_id, "status_id": status_id, "account_id": account_id}
            for status_id, account_id in rests_on
        ]
        self._rows.append(record)
        if len(self._rows) == self.at_once:
            self._put_down()

    def fresh(self) -> Fresh:
        """All of it."""
        self._put_down()
        return Fresh(
            records=pa.concat_tables(self._tables),
            subjects=pa.array(self._subjects, pa.int64()),
            funnel=self.funnel,
            state=pa.Table.from_pylist(self._state, RESTS_ON),
        )

    def _put_down(self) -> None:
        self._tables.append(pa.Table.from_pylist(self._rows, self.schema))
        self._rows = []


def maker_of(author: ConsentedAuthor, keys: PseudonymKeys, *, purpose: str) -> dict[str, Any]:
    """The columns of `record_parts.MAKER`."""
    return {
        "personhood_level": author.personhood_level,
        "personhood_method": author.personhood_method,
        "licence": licence_of(purpose, author.policy_version),
        "consent_receipt": keys.opaque("consent", author.consent_id),
        "policy_version": author.policy_version,
    }


def dropped_by(
    filter: Filter,
    *,
    author: ConsentedAuthor,
    created_at: dt.datetime | None,
    made_by: str | None,
    language: str | None,
) -> str | None:
    """The name of the first part of the filter that leaves a record out; None when it takes it.

    What a kind of record has not, such as a language, is None and asked of nobody.
    """
    if LEVELS.index(author.personhood_level) > LEVELS.index(filter.minimum_level):
        return "level"
    if created_at is not None and filter.since is not None and created_at.date() < filter.since:
        return "since"
    if made_by is not None and filter.made_by and made_by not in filter.made_by:
        return "made_by"
    if language is not None and filter.languages and language not in filter.languages:
        return "language"
    return None


def masker() -> Masker:
    """The one that the settings name."""
    return engine("EXPORT_MASKER", Masker)  # type: ignore[type-abstract]  # a port is asked for by its Protocol


def masker_in_words() -> dict[str, Any]:
    """What a manifest says of it."""
    return {"engine": settings.EXPORT_MASKER, **masker().describe()}


def new_texts(known: Known | None = None) -> Texts:
    """The texts of one record, masked as the settings would have it; those in `known` are masked already."""
    return Texts(masker(), known)
