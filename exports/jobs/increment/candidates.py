"""First what the gate lets out now, before anything is compared with the parent."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines import folder, state
from exports.engines.filters import Filter
from exports.engines.keys import PseudonymKeys, bucket_of
from exports.queries.shapes import Context, Fresh, Shape

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

    def fresh(
        self, authors: Mapping[int, str], single: Mapping[int, int] | None
    ) -> Iterator[tuple[Fresh, dict[int, str]]]:
        """What these authors give, a batch of them at a time; if there are several, in the order of their buckets.

        Of the statuses `single` ({status id: account id}) only, if it is not None; each batch is asked for its own.
        """
        written = defaultdict(list)
        for status_id, account_id in (single or {}).items():
            written[account_id].append(status_id)
        at_a_time = self.shape.authors_at_a_time
        in_order = sorted(authors.items(), key=_place) if len(authors) > at_a_time else authors.items()
        remaining = iter(in_order)
        while batch := dict(islice(remaining, at_a_time)):
            status_ids = None if single is None else [each for author in batch for each in written[author]]
            fresh = self.shape.fresh(
                authors=batch, status_ids=status_ids, keys=self.keys, filter=self.filter, context=self.at
            )
            yield fresh, batch


@dataclass(frozen=True)
class _Batch:
    """Records that were read at once. Those on the disk are mapped into memory when they are asked for."""

    waiting: pa.Table | Path
    size: int
    index: pa.Table
    of_records: Buckets
    state: pa.Table
    of_state: Buckets

    def records(self) -> pa.Table:
        return state.read(self.waiting) if isinstance(self.waiting, Path) else self.waiting

    def has(self, bucket: int) -> bool:
        return bool(_in(self.of_records, bucket).any())


@dataclass
class Candidates:
    """Records that may go in, with their index and state: of one bucket, or with `folder.ALL` of all of them."""

    reader: Reader
    scratch: Path
    funnel: Counter[str] = field(default_factory=Counter)
    # {account id: bucket} of everybody who was asked
    buckets: dict[int, int] = field(default_factory=dict)
    # What the gate said that it was asked now, each author once.
    _consented: list[pa.Table] = field(default_factory=list)
    _batches: list[_Batch] = field(default_factory=list)

    def read(self, authors: Mapping[int, str], *, single: Mapping[int, int] | None, with_state: bool = True) -> None:
        """Add what these authors give; of the statuses `single` ({status id: account id}) only, if it is not None."""
        for fresh, batch in self.reader.fresh(authors, single):
            self.funnel.update(fresh.funnel)
            new = [account_id not in self.buckets for account_id in fresh.consented["account_id"].to_pylist()]
            self._consented.append(fresh.consented.filter(pa.array(new, pa.bool_())))
            self._take(fresh, batch, with_state=with_state)

    def size(self) -> int:
        """Bytes of all records, as they are in memory."""
        return sum(batch.size for batch in self._batches)

    def records(self, bucket: int = folder.ALL) -> pa.Table:
        """The records, in the order of `indexed`."""
        found = [_rows(batch.records(), batch.of_records, bucket) for batch in self._batches if batch.has(bucket)]
        return state.concatenated(found, self.reader.shape.schema)

    def indexed(self, bucket: int = folder.ALL) -> pa.Table:
        """The index."""
        found = [_rows(batch.index, batch.of_records, bucket) for batch in self._batches]
        return state.concatenated(found, state.INDEX)

    def state_of(self, bucket: int = folder.ALL) -> pa.Table:
        """The shape's own state."""
        found = [_rows(batch.state, batch.of_state, bucket) for batch in self._batches]
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

    def _take(self, fresh: Fresh, batch: Mapping[int, str], *, with_state: bool) -> None:
        accounts = pa.array(batch.keys(), pa.int64())
        self.buckets |= {account_id: bucket_of(pseudonym) for account_id, pseudonym in batch.items()}
        buckets = np.fromiter((self.buckets[account_id] for account_id in batch), np.int16, len(batch))
        author = _places(fresh.records["author"], pa.array(batch.values(), pa.large_string()))
        record_ids = fresh.records["record_id"].cast(pa.large_string())
        index = pa.table([record_ids, fresh.subjects, accounts.take(author)], schema=state.INDEX)
        kept = fresh.state if with_state and fresh.state is not None else self.state_of().slice(0, 0)
        of_records = buckets[author.to_numpy()]
        if "record_id" in kept.column_names:
            of_state = of_records[_places(kept["record_id"], index["record_id"].combine_chunks()).to_numpy()]
        elif kept.num_rows:
            of_state = buckets[_places(kept["account_id"], accounts).to_numpy()]
        else:
            of_state = np.zeros(0, np.int16)
        self._batches.append(_Batch(self._put(fresh.records), fresh.records.nbytes, index, of_records, kept, of_state))

    def _put(self, records: pa.Table) -> pa.Table | Path:
        if self.size() + records.nbytes <= IN_MEMORY:
            return records
        path = self.scratch / f"{len(self._batches):06d}.arrow"
        state.write(records, path)
        return path


def _place(author: tuple[int, str]) -> tuple[int, int]:
    account_id, pseudonym = author
    return bucket_of(pseudonym), account_id


def _in(of: Buckets, bucket: int) -> NDArray[np.bool_]:
    return np.ones(len(of), np.bool_) if bucket == folder.ALL else of == bucket


def _rows(table: pa.Table, of: Buckets, bucket: int) -> pa.Table:
    return state.chosen(table, _in(of, bucket))


def _places(values: pa.ChunkedArray, among: pa.Array) -> pa.Array:
    found = pc.index_in(values, among)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
