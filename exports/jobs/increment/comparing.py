"""Then file by file: which of the parent's records are another now, and which are gone."""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines import shard, state
from exports.jobs.increment.before import Before, Part
from exports.jobs.increment.candidates import Candidates
from exports.jobs.increment.linking import Links
from exports.queries.shapes import Shape


@dataclass
class Reading:
    """Records of the parent. A file is read once, when it is first asked for."""

    shape: Shape
    before: Before
    _read: dict[Part, pa.Table] = field(default_factory=dict)

    def records(self, part: Part) -> pa.Table:
        """All records of a file."""
        if part not in self._read:
            self._read[part] = self._from_file(part, ())
        return self._read[part]

    def compared(self, part: Part) -> pa.Table:
        """The same without the columns that are not compared."""
        if self.shape.unread and part not in self._read:
            return self._from_file(part, self.shape.unread)
        return self.records(part).drop_columns(list(self.shape.unread))

    def _from_file(self, part: Part, leave_out: Collection[str]) -> pa.Table:
        path = self.before.local(self.before.files[part].path)
        return shard.read_records(path, self.shape.schema.remove_metadata(), leave_out=leave_out)


@dataclass
class Difference:
    """What became of one file.

    `leaving` are its rows that go or are another now, `gone` the index of those that go. `same` are ids of records that
    were read anew and are what they were, of `again` in all. `relinked` are records, with their index, that stay and
    point elsewhere. `lost` are the account ids of those that go or were read anew and are another now.
    """

    leaving: NDArray[np.bool_]
    gone: pa.Table = field(default_factory=state.INDEX.empty_table)
    lost: pa.ChunkedArray = field(default_factory=lambda: pa.chunked_array([], pa.int64()))
    same: pa.Array = field(default_factory=lambda: pa.array([], pa.large_string()))
    again: int = 0
    relinked: tuple[pa.Table, pa.Table] | None = None

    @property
    def changed(self) -> int:
        """How many records are another now."""
        return self.again - len(self.same) + (self.relinked[1].num_rows if self.relinked else 0)


@dataclass(frozen=True)
class Comparison:
    """`replaced` are the rows of the parent's index that go or were read anew; `dropped` subjects that may not be in."""

    shape: Shape
    before: Before
    candidates: Candidates
    links: Links
    dropped: pa.Array
    replaced: NDArray[np.bool_]

    def of(self, part: Part, reading: Reading) -> Difference:
        """How a file of the parent differs from what is there now."""
        replaced = self.before.of_index(self.replaced, part)
        found = Difference(leaving=replaced.copy())
        if replaced.any():
            self._compare(part, reading, found)
            found.lost = state.chosen(self.before.index[part], found.leaving)["account_id"]
        relinked = self.before.of_index(self.links.relinked, part)
        if relinked.any():
            self._relink(part, reading, relinked, found)
        return found

    def _compare(self, part: Part, reading: Reading, found: Difference) -> None:
        index = self.before.index[part]
        away = index.filter(pa.array(found.leaving))
        columns = [name for name in self.shape.schema.names if name not in self.shape.unread]
        again, subjects = self.candidates.having(
            away["record_id"].combine_chunks(), without=self.dropped, bucket=part[0], columns=columns
        )
        ids = again["record_id"].combine_chunks()
        found.gone, found.again = state.without(away, "record_id", ids), len(ids)
        if not len(ids):
            return
        are = shard.ordered(self.links.filled(again, subjects, bucket=part[0]))
        were = shard.ordered(reading.compared(part).filter(pa.array(state.among(index["record_id"], ids))))
        differing = shard.differing(were, are.select(were.column_names))
        found.same = are["record_id"].filter(pc.invert(differing)).combine_chunks()
        found.leaving &= ~state.among(index["record_id"], found.same)

    def _relink(self, part: Part, reading: Reading, relinked: NDArray[np.bool_], found: Difference) -> None:
        index = self.before.index[part].filter(pa.array(relinked))
        were = reading.records(part).filter(pa.array(relinked))
        are = self.links.filled(were, index["subject"].combine_chunks(), bucket=part[0])
        differing = shard.differing(were.select(self.shape.links), are)
        found.relinked = are.filter(differing), index.filter(differing)
        found.leaving[np.flatnonzero(relinked)[differing.to_numpy(zero_copy_only=False)]] = True
