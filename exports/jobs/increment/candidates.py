"""First what the gate lets out now, bucket by bucket, before anything is compared with the parent."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from exports.engines import state
from exports.engines.filters import Filter
from exports.engines.keys import PseudonymKeys, bucket_of
from exports.queries.shapes import Context, Fresh, Shape


@dataclass(frozen=True)
class Reader:
    """Asks one shape, for one dataset, at one moment."""

    shape: Shape
    keys: PseudonymKeys
    filter: Filter
    at: Context

    def fresh(
        self, authors: Mapping[int, str], status_ids: Collection[int] | None
    ) -> Iterator[tuple[Fresh, dict[int, str]]]:
        """What these authors give, a batch of them at a time, in the order of their buckets."""
        remaining = iter(sorted(authors.items(), key=lambda author: (bucket_of(author[1]), author[0])))
        while batch := dict(islice(remaining, self.shape.authors_at_a_time)):
            fresh = self.shape.fresh(
                authors=batch, status_ids=status_ids, keys=self.keys, filter=self.filter, context=self.at
            )
            yield fresh, batch


@dataclass
class Candidates:
    """Records that may go in, with their index and state, by bucket. The records wait in `scratch`."""

    reader: Reader
    scratch: Path
    index: dict[int, list[pa.Table]] = field(default_factory=dict)
    state: dict[int, list[pa.Table]] = field(default_factory=dict)
    funnel: Counter[str] = field(default_factory=Counter)
    _files: dict[int, list[Path]] = field(default_factory=dict)

    def read(self, authors: Mapping[int, str], *, status_ids: Collection[int] | None, with_state: bool = True) -> None:
        """Add what these authors give; of `status_ids` only, if it is not None."""
        for fresh, batch in self.reader.fresh(authors, status_ids):
            self.funnel.update(fresh.funnel)
            self._take(fresh, batch, with_state=with_state)

    def records(self, bucket: int) -> pa.Table:
        """The bucket's records, in the order of `indexed(bucket)`."""
        read = [state.read(path) for path in self._files.get(bucket, [])]
        return state.concatenated(read, self.reader.shape.schema)

    def indexed(self, bucket: int) -> pa.Table:
        """The bucket's index."""
        return state.concatenated(self.index.get(bucket, []), state.INDEX)

    def all_index(self) -> pa.Table:
        """The index of all."""
        return state.concatenated([each for tables in self.index.values() for each in tables], state.INDEX)

    def state_of(self, bucket: int) -> pa.Table:
        """The bucket's state."""
        return state.concatenated(self.state.get(bucket, []), self._state_schema)

    def all_state(self) -> pa.Table:
        """The state of all."""
        return state.concatenated([each for tables in self.state.values() for each in tables], self._state_schema)

    @property
    def _state_schema(self) -> pa.Schema:
        return self.reader.shape.state_schema or pa.schema([])

    def _take(self, fresh: Fresh, batch: Mapping[int, str], *, with_state: bool) -> None:
        accounts = pa.array(batch.keys(), pa.int64())
        buckets = pa.array([bucket_of(pseudonym) for pseudonym in batch.values()], pa.int16())
        records = fresh.records
        author = _places(records["author"], pa.array(batch.values(), pa.large_string()))
        ids = records["record_id"]
        index = pa.table([ids.cast(pa.large_string()), fresh.subjects, accounts.take(author)], schema=state.INDEX)
        in_bucket = buckets.take(author)
        for bucket in pc.unique(in_bucket).to_pylist():
            chosen = pc.equal(in_bucket, bucket)
            files = self._files.setdefault(bucket, [])
            files.append(self.scratch / f"{bucket:02d}-{len(files):04d}.arrow")
            state.write(records.filter(chosen), files[-1])
            self.index.setdefault(bucket, []).append(index.filter(chosen))
        if not with_state or fresh.state is None or not fresh.state.num_rows:
            return
        if "record_id" in fresh.state.column_names:
            owner = in_bucket.take(_places(fresh.state["record_id"], index["record_id"].combine_chunks()))
        else:
            owner = buckets.take(_places(fresh.state["account_id"], accounts))
        for bucket in pc.unique(owner).to_pylist():
            self.state.setdefault(bucket, []).append(fresh.state.filter(pc.equal(owner, bucket)))


def _places(values: pa.ChunkedArray, among: pa.Array) -> pa.Array:
    found = pc.index_in(values, among)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
