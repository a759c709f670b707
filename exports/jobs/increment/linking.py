"""Links between records: they name records of the same release alone, so one that comes or goes changes others."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines import state
from exports.jobs.increment.before import Before
from exports.jobs.increment.candidates import Candidates
from exports.jobs.increment.settling import Settled
from exports.queries.shapes import Shape


class Inside:
    """Which texts have a record in the release, and which one."""

    def __init__(self, index: pa.Table) -> None:
        """`index` has the columns of `state.INDEX`."""
        subjects = index["subject"].to_numpy()
        order = np.argsort(subjects)
        self._subjects = subjects[order]
        self._records = index["record_id"].combine_chunks().take(pa.array(order))

    def records_of(self, subjects: pa.ChunkedArray) -> pa.Array:
        """Their record ids; null for those outside, and for null."""
        given = pc.fill_null(subjects, -1).to_numpy()
        if not len(self._subjects):
            return pa.nulls(len(given), pa.large_string())
        at = np.searchsorted(self._subjects, given)
        at[at == len(self._subjects)] = 0
        return self._records.take(pa.array(at, mask=self._subjects[at] != given))


@dataclass
class Links:
    """How the links of records are filled in.

    `relinked` are those rows of the parent's index whose record stays and may point elsewhere. `staying` are rows of
    the parent's state of texts that are written though they were not read anew.
    """

    shape: Shape
    candidates: Candidates
    inside: Inside
    relinked: NDArray[np.bool_]
    staying: pa.Table

    def filled(self, records: pa.Table, subjects: pa.Array, *, bucket: int) -> pa.Table:
        """The records of a bucket, which are made of `subjects`, with the columns of `shape.links` filled in."""
        if not self.shape.links or not records.num_rows:
            return records
        # What came stands before what was: a text that was edited is in both.
        rows = pa.concat_tables([_with_links(self.shape, self.candidates.state_of(bucket)), self.staying])
        place = pc.index_in(subjects, rows["status_id"].combine_chunks())
        for column, source in self.shape.links.items():
            at = records.schema.get_field_index(column)
            kind = records.schema.field(at)
            records = records.set_column(at, kind, self.inside.records_of(rows[source].take(place)).cast(kind.type))
        return records


def links(
    shape: Shape, before: Before, candidates: Candidates, settled: Settled, *, replaced: NDArray[np.bool_]
) -> Links:
    """What the links of this release are. `replaced` are the rows of the parent's index that go or were read anew."""
    relinked = np.zeros(len(replaced), np.bool_)
    if not shape.links:
        return Links(shape, candidates, Inside(state.INDEX.empty_table()), relinked, pa.table({}))
    came = state.without(candidates.indexed(), "subject", settled.dropped["status_id"].combine_chunks())
    old = (
        _with_links(shape, before.all_state) if before.state else _with_links(shape, candidates.state_of()).slice(0, 0)
    )
    there = before.all_index
    are = came["subject"].to_numpy()
    if before.manifest is not None:
        flipped = pa.array(np.setxor1d(there["subject"].filter(pa.array(replaced)).to_numpy(), are))
        pointing = np.logical_or.reduce([state.among(old[column], flipped) for column in shape.links.values()])
        others = np.setdiff1d(old["status_id"].filter(pa.array(pointing)).to_numpy(), are)
        relinked = state.among(there["subject"], pa.array(others)) & ~replaced
    again = there["subject"].filter(pa.array(relinked)).to_numpy()
    staying = state.having(old, "status_id", pa.array(np.union1d(settled.again.to_numpy(), again)))
    wanted = _pointed_to(shape, [candidates.state_of(), staying])
    inside = [
        state.chosen(there, state.among(there["subject"], wanted) & ~replaced),
        state.having(came, "subject", wanted),
    ]
    return Links(shape, candidates, Inside(pa.concat_tables(inside)), relinked, staying)


def _with_links(shape: Shape, rows: pa.Table) -> pa.Table:
    return rows.select(["status_id", *shape.links.values()])


def _pointed_to(shape: Shape, tables: Collection[pa.Table]) -> pa.Array:
    columns = [table[column].drop_null() for table in tables for column in shape.links.values()]
    return pc.unique(pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.int64()))
