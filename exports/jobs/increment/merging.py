"""Last the files: what is new is added, what changed or went takes the file that it was in with it.

What a small increment adds lies in one file, of whatever bucket it is. With too many files the smaller half are put
together, and what was added goes to its buckets once it is large.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exports.engines import folder, shard, state
from exports.engines.keys import bucket_of
from exports.engines.manifest import ReleaseFile, sha256_of
from exports.jobs.increment.before import Before, Part
from exports.jobs.increment.comparing import Comparison, Difference, Reading

# Files of one bucket, or of all; with more, the smaller half are put together.
MOST_PARTS = 8
# Bytes of new records, in memory, that are added as one file, and of such files that are put together as one.
ADDED_AT_ONCE, ADDED_IN_ALL = 64 << 20, 32 << 20

Rows = tuple[pa.Table, pa.Table]  # records, and their index


@dataclass
class Written:
    """The files of a release so far. `carried` are paths that the parent has, with its release's name before them."""

    building: Path
    number: int
    files: list[ReleaseFile] = field(default_factory=list)
    carried: dict[str, str] = field(default_factory=dict)
    index: dict[Part, pa.Table] = field(default_factory=dict)

    def carry(self, before: Before, path: str) -> None:
        """The same file as in the parent."""
        self.carried[path] = f"{before.name}/{path}"


@dataclass(frozen=True)
class Layout:
    """Where what is new goes: to one file (`adds`) or to its buckets. `spread` are files whose records go there, too."""

    adds: bool
    spread: frozenset[Part]

    @classmethod
    def of(cls, before: Before, *, size: int) -> "Layout":
        """For `size` bytes of new records."""
        spread = spreading({part: before.files[part].size for part in before.of_bucket(folder.ALL)})
        adds = before.manifest is not None and not spread and size <= ADDED_AT_ONCE
        return cls(adds, frozenset(spread))

    def order(self) -> list[int]:
        """All buckets, first those from which records go to others; what is new comes last, when what is not is known."""
        return sorted(range(folder.ALL + 1), key=lambda bucket: (self.takes_new(bucket), bucket))

    def takes_new(self, bucket: int) -> bool:
        """Whether what is new goes there."""
        return (bucket == folder.ALL) == self.adds


@dataclass
class Merging:
    """How a release differs from its parent: `gone` has the columns of `state.INDEX`.

    `gained` and `lost` have an account id for each record that came or is another now, and that went or was another.
    `again` are those of its records that the parent has and that were read anew, `changed` those that are another now.
    """

    comparison: Comparison
    layout: Layout
    written: Written
    again: int = 0
    changed: int = 0
    gone: list[pa.Table] = field(default_factory=list)
    gained: list[pa.ChunkedArray] = field(default_factory=list)
    lost: list[pa.ChunkedArray] = field(default_factory=list)
    # By bucket: ids of records that were read anew and are what they were, and what goes there from other files.
    _same: dict[int, list[pa.Array]] = field(default_factory=dict)
    _moving: dict[int, list[Rows]] = field(default_factory=dict)

    def merge(self) -> None:
        """Write what differs, and carry the rest over."""
        for bucket in self.layout.order():
            self._merge(bucket)

    def _merge(self, bucket: int) -> None:
        before, reading = self.comparison.before, Reading(self.comparison.shape, self.comparison.before)
        parts = before.of_bucket(bucket)
        leaving = {part: self._noted(bucket, self.comparison.of(part, reading)).leaving for part in parts}
        rewritten = {part for part in parts if leaving[part].any() or part in self.layout.spread}
        new = [*(self._new(bucket) if self.layout.takes_new(bucket) else []), *self._moving.pop(bucket, [])]
        if rewritten or any(index.num_rows for _, index in new):
            rewritten |= too_many({part: before.files[part].size for part in parts if part not in rewritten})
        for part in sorted(rewritten):
            stays = ~leaving[part]
            rows = state.chosen(reading.records(part), stays), state.chosen(before.index[part], stays)
            if part in self.layout.spread:
                self._spread(*rows)
            else:
                new.append(rows)
        for part in parts:
            if part not in rewritten:
                self._carry(part)
        self._write(bucket, new)

    def _noted(self, bucket: int, found: Difference) -> Difference:
        self.gone.append(found.gone)
        self.lost.append(found.lost)
        self.again += found.again
        self.changed += found.changed
        self._same.setdefault(bucket, []).append(found.same)
        if found.relinked:
            self._moving.setdefault(folder.ALL if self.layout.adds else bucket, []).append(found.relinked)
        return found

    def _new(self, bucket: int) -> Iterator[Rows]:
        """What came and is not what the parent has."""
        candidates = self.comparison.candidates
        index = candidates.indexed(bucket)
        looked_at = self._same if self.layout.adds else (bucket, folder.ALL)
        same = [ids for each in looked_at for ids in self._same.get(each, [])]
        new = ~state.among(index["subject"], self.comparison.dropped)
        new &= ~state.among(index["record_id"], pa.concat_arrays([pa.array([], pa.large_string()), *same]))
        records, index = state.chosen(candidates.records(bucket), new), state.chosen(index, new)
        self.gained.append(index["account_id"])
        yield self.comparison.links.filled(records, index["subject"].combine_chunks(), bucket=bucket), index

    def _spread(self, records: pa.Table, index: pa.Table) -> None:
        authors = records["author"].combine_chunks().dictionary_encode()
        buckets = np.array([bucket_of(author) for author in authors.dictionary.to_pylist()], np.int16)
        of = buckets[authors.indices.to_numpy()]
        for bucket in np.unique(of).tolist():
            there = pa.array(of == bucket)
            self._moving.setdefault(bucket, []).append((records.filter(there), index.filter(there)))

    def _carry(self, part: Part) -> None:
        before, written = self.comparison.before, self.written
        written.files.append(before.files[part])
        written.index[part] = before.index[part]
        written.carry(before, before.files[part].path)
        written.carry(before, folder.index_path(*part))

    def _write(self, bucket: int, rows: list[Rows]) -> None:
        if not rows:
            return
        shape, number = self.comparison.shape, self.written.number
        records = state.concatenated([each for each, _ in rows], shape.schema)
        if not records.num_rows:
            return
        index = shard.ordered(state.concatenated([each for _, each in rows], state.INDEX))
        index = state.with_counts(index, records)
        path = folder.bucket_path(bucket, number)
        file = self.written.building / path
        described = records.replace_schema_metadata(shape.schema.metadata)
        shard.write_records(described, file, rows_in_group=shape.rows_in_group)
        state.write(index, self.written.building / folder.index_path(bucket, number))
        self.written.index[bucket, number] = index
        authors = len(pc.unique(index["account_id"]))
        self.written.files.append(
            ReleaseFile(path, sha256_of(file), file.stat().st_size, records.num_rows, authors, number, bucket)
        )


def spreading(sizes: Mapping[Part, int]) -> set[Part]:
    """Of the files of all buckets those that go to their buckets: they would be put together, and are too large for it."""
    crowding = too_many(sizes)
    return crowding if sum(sizes[part] for part in crowding) > ADDED_IN_ALL else set()


def too_many(sizes: Mapping[Part, int]) -> set[Part]:
    """The smaller half of a bucket's files, where there are too many."""
    return (
        set(sorted(sizes, key=lambda part: (sizes[part], part))[: MOST_PARTS // 2 + 1])
        if len(sizes) >= MOST_PARTS
        else set()
    )
