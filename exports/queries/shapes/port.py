"""What a kind of dataset has to say of itself; everything about releases is the same for all."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from exports.engines.columns import CONSENTED, WRITERS
from exports.engines.filters import Filter
from exports.engines.keys import PseudonymKeys

AUTHORS_AT_A_TIME = 10_000


@dataclass(frozen=True)
class Context:
    """What holds for a whole build: its moment, in UTC, with which is compared what may run out.

    `consented` (`columns.CONSENTED`) is what the gate said of authors before, of whom nothing happened since.
    """

    at: dt.datetime
    consented: pa.Table = field(default_factory=CONSENTED.empty_table)


@dataclass(frozen=True)
class Fresh:
    """What the gate lets out of some authors now, as a recipient would get it.

    `subjects` names the row behind each record, in their order, as int64: the id of a status, or of what else the shape's
    records are made of.
    A record that is kept or dropped because of others (duplicates) is among `records`: `Shape.settle` decides it. Where
    a record points to another (`Shape.links`), the build fills the column in.
    `funnel` counts rows by the filter that dropped them, beside "considered". `state` has the columns of
    `Shape.state_schema`. `consented` (`columns.CONSENTED`) is what the gate said now, of those who are not in
    `Context.consented`. `authors` (`columns.WRITERS`) are those of the records, where the caller did not name them.
    """

    records: pa.Table
    subjects: pa.Array
    funnel: Mapping[str, int] = field(default_factory=dict)
    state: pa.Table | None = None
    consented: pa.Table = field(default_factory=CONSENTED.empty_table)
    authors: pa.Table = field(default_factory=WRITERS.empty_table)


class Shape(Protocol):
    """One kind of dataset, by its purpose. It reads through the gate, `feed.queries.training`, and nothing else.

    `consents` are the purposes whose receipts matter to it, its own included. `schema` has at least `record_id` and
    `author` (the pseudonym) and the metadata `humankind.schema_version`; a new version means a full build. `unread` are
    columns that are not compared, because another one speaks for them; `rows_in_group` bounds Parquet's row groups.

    State is kept beside the release, given to nobody, and deleted with the data. It is one of two kinds:
    of texts, with `status_id` and `account_id` (int64, not null), one row for each eligible text, dropped by `settle` or
    not, and a column of status ids for each of `links`, {column of the records: column of the state};
    or `rests_on`, exactly `record_id`, `status_id` and `account_id`: all statuses and people that a record rests on.

    `reads_single` says whether it can be asked for single statuses, `authors_at_a_time` for how many authors `fresh` can
    be asked at once: what they give is held in memory. `unlinked` datasets have pseudonyms of their own, so that nobody can join
    them with the recipient's other ones.
    """

    purpose: str
    consents: tuple[str, ...]
    schema: pa.Schema
    schema_version: int
    state_schema: pa.Schema | None
    links: Mapping[str, str]
    reads_single: bool
    unread: tuple[str, ...]
    rows_in_group: int | None
    authors_at_a_time: int
    unlinked: bool

    def made_with(self) -> dict[str, Any]:
        """Which engines of the settings make its records, by part, as JSON has it: another answer means a full build."""
        ...

    def fresh(
        self,
        *,
        authors: Mapping[int, str],
        keys: PseudonymKeys,
        filter: Filter,
        context: Context,
    ) -> Fresh:
        """What these authors ({account id: pseudonym}, of any buckets) give."""
        ...

    def single(
        self,
        *,
        status_ids: Collection[int],
        without: Collection[int],
        keys: PseudonymKeys,
        filter: Filter,
        context: Context,
    ) -> Fresh:
        """What these statuses give, whoever wrote them, but for the accounts in `without`."""
        ...

    def entangled(self, *, account_ids: Collection[int], status_ids: Collection[int]) -> set[int]:
        """Accounts beside these whose records may differ because something of these did."""
        ...

    def settle(self, *, filter: Filter, old: pa.Table, touched: NDArray[np.bool_], came: pa.Table) -> pa.Table:
        """Which texts are dropped because of others, with the filter's name, and which are not (`columns.SETTLED`).

        Rows of `state_schema`: `old` was there before, but for those that are `touched`, which are gone or another text
        now; `came` is there now. To be said of every text in `came`, and of each in `old` whose answer may be another.
        """
        ...
