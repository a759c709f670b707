"""First what the gate lets out now, before anything is compared with the parent."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines import folder, state
from exports.engines.columns import WRITERS
from exports.engines.filters import Filter
from exports.engines.keys import PseudonymKeys, bucket_of
from exports.queries.shapes import Context, Fresh, Shape

STATUSES_AT_A_TIME = 50_000
# Bytes of records that wait in memory; beyond that they wait on the disk.
IN_MEMORY = 64 << 20

Buckets = NDArray[np.int16]


@dataclass(frozen=True)
class Reader:
    """Asks one shape, for one dataset, at one moment."""

    shape: Shape
    keys: PseudonymKeys
    filter: Filter
    at: Context

    def of_authors(self, authors: Mapping[int, str]) -> Iterator[tuple[Fresh, pa.Table]]:
        """What these authors give, and who they are: a batch at a time, and if there are several, in the order of buckets."""
        at_a_time = self.shape.authors_at_a_time
        in_order = sorted(authors.items(), key=_place) if len(authors) > at_a_time else authors.items()
        remaining = iter(in_order)
        while batch := dict(islice(remaining, at_a_time)):
            fresh = self.shape.fresh(authors=batch, keys=self.keys, filter=self.filter, context=self.at)
            columns = [pa.array(batch.keys(), pa.int64()), pa.array(batch.values(), pa.large_string())]
            yield fresh, pa.table(columns, schema=WRITERS)

    def of_statuses(self, status_ids: Sequence[int], without: Collection[int]) -> Iterator[tuple[Fresh, pa.Table]]:
        """What these statuses give, but for those of accounts in `without`, and who wrote them: a batch at a time."""
        for start in range(0, len(status_ids), STATUSES_AT_A_TIME):
            batch = status_ids[start : start + STATUSES_AT_A_TIME]
            fresh = self.shape.single(
                status_ids=batch, without=without, keys=self.keys, filter=self.filter, context=self.at
            )
            yield fresh, fresh.authors


@dataclass(frozen=True)
class _Batch:
    """Records that were read at once. Those on the disk are mapped into memory when they are asked for.

    `author` has for each of them the place of its author in `authors` (`columns.WRITERS`).
    """

    waiting: pa.Table | Path
    size: int
    index: pa.Table
    state: pa.Table
    authors: pa.Table
    author: NDArray[np.int32]

    def records(self) -> pa.Table:
        """The records themselves."""
        return state.read(self.waiting) if isinstance(self.waiting, Path) else self.waiting

    def has(self, bucket: int) -> bool:
        """Whether any of them is in the bucket."""
        return bool(self.index.num_rows) if bucket == folder.ALL else bool((self._of_records == bucket).any())

    def of(self, table: pa.Table, bucket: int) -> pa.Table:
        """The rows of the records, or of their index, that are in the bucket."""
        return table if bucket == folder.ALL else state.chosen(table, self._of_records == bucket)

    def state_of(self, bucket: int) -> pa.Table:
        """The same of the state."""
        return self.state if bucket == folder.ALL else state.chosen(self.state, self._of_state == bucket)

    @cached_property
    def _buckets(self) -> Buckets:
        return np.array([bucket_of(pseudonym) for pseudonym in self.authors["author"].to_pylist()], np.int16)

    @cached_property
    def _of_records(self) -> Buckets:
        return self._buckets[self.author]

    @cached_property
    def _of_state(self) -> Buckets:
        if "record_id" in self.state.column_names:
            return self._of_records[_places(self.state["record_id"], self.index["record_id"])]
        return self._buckets[_places(self.state["account_id"], self.authors["account_id"])]


@dataclass
class Candidates:
    """Records that may go in, with their index and state: of one bucket, or with `folder.ALL` of all of them."""

    reader: Reader
    scratch: Path
    funnel: Counter[str] = field(default_factory=Counter)
    # What the gate said that it was asked now, each author once.
    _consented: list[pa.Table] = field(default_factory=list)
    _batches: list[_Batch] = field(default_factory=list)

    def read(self, authors: Mapping[int, str]) -> None:
        """Add what these authors ({account id: pseudonym}) give."""
        self._take(self.reader.of_authors(authors), with_state=True)

    def read_single(self, status_ids: Sequence[int], *, without: Collection[int] = (), with_state: bool = True) -> None:
        """Add what these statuses give, but for those of accounts in `without`."""
        self._take(self.reader.of_statuses(status_ids, without), with_state=with_state)

    def size(self) -> int:
        """Bytes of all records, as they are in memory."""
        return sum(batch.size for batch in self._batches)

    def records(self, bucket: int = folder.ALL) -> pa.Table:
        """The records, in the order of `indexed`."""
        found = [batch.of(batch.records(), bucket) for batch in self._batches if batch.has(bucket)]
        return state.concatenated(found, self.reader.shape.schema)

    def indexed(self, bucket: int = folder.ALL) -> pa.Table:
        """The index."""
        return state.concatenated([batch.of(batch.index, bucket) for batch in self._batches], state.INDEX)

    def state_of(self, bucket: int = folder.ALL) -> pa.Table:
        """The shape's own state."""
        found = [batch.state_of(bucket) for batch in self._batches]
        return state.concatenated(found, self.reader.shape.state_schema or pa.schema([]))

    def consented(self) -> pa.Table:
        """What the gate said of authors, now and, where nothing happened since, before."""
        return pa.concat_tables([self.reader.at.consented, *self._consented])

    def having(
        self, record_ids: pa.Array, *, without: pa.Array, bucket: int, columns: list[str]
    ) -> tuple[pa.Table, pa.Array]:
        """These columns of the records with these ids, and their subjects, of which none is in `without`."""
        schema = pa.schema([self.reader.shape.schema.field(name) for name in columns])
        records, subjects = [], [pa.array([], pa.int64())]
        for batch in self._batches:
            if batch.has(bucket):
                chosen = state.among(batch.index["record_id"], record_ids)
                chosen &= ~state.among(batch.index["subject"], without)
                records.append(state.chosen(batch.records().select(columns), chosen))
                subjects += state.chosen(batch.index, chosen)["subject"].chunks
        return state.concatenated(records, schema), pa.concat_arrays(subjects)

    def _take(self, found: Iterable[tuple[Fresh, pa.Table]], *, with_state: bool) -> None:
        for fresh, authors in found:
            self.funnel.update(fresh.funnel)
            asked = state.joined([rows["account_id"] for rows in self._consented])
            self._consented.append(state.without(fresh.consented, "account_id", asked.combine_chunks()))
            author = _places(fresh.records["author"], authors["author"])
            record_ids = fresh.records["record_id"].cast(pa.large_string())
            account_ids = authors["account_id"].take(pa.array(author))
            index = pa.table([record_ids, fresh.subjects, account_ids], schema=state.INDEX)
            kept = fresh.state if with_state and fresh.state is not None else self.state_of().slice(0, 0)
            waiting = self._put(fresh.records)
            self._batches.append(_Batch(waiting, fresh.records.nbytes, index, kept, authors, author))

    def _put(self, records: pa.Table) -> pa.Table | Path:
        if self.size() + records.nbytes <= IN_MEMORY:
            return records
        path = self.scratch / f"{len(self._batches):06d}.arrow"
        state.write(records, path)
        return path


def _place(author: tuple[int, str]) -> tuple[int, int]:
    account_id, pseudonym = author
    return bucket_of(pseudonym), account_id


def _places(values: pa.ChunkedArray, among: pa.ChunkedArray) -> NDArray[np.int32]:
    places: NDArray[np.int32] = pc.index_in(values, among.combine_chunks()).to_numpy()
    return places
