"""Then what hangs on others: duplicates, and links between records."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exports.engines import state
from exports.jobs.increment.before import Before
from exports.jobs.increment.candidates import Candidates
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
class Settled:
    """What follows for texts from what changed round them.

    `dropped` are texts that may not be in now, with the filter's name; `again` those that were dropped and may be in
    now; `relinked` those whose record stays and points elsewhere. `hidden` says that the state is another, `people` are
    those in it.
    """

    dropped: dict[int, str] = field(default_factory=dict)
    again: set[int] = field(default_factory=set)
    relinked: pa.Array = field(default_factory=lambda: state.numbers(()))
    inside: Inside | None = None
    hidden: bool = False
    people: pa.Array = field(default_factory=lambda: state.numbers(()))


def has_texts(shape: Shape) -> bool:
    """Whether the shape's state is one of texts."""
    return shape.state_schema is not None and "record_id" not in shape.state_schema.names


def rests_on_several(shape: Shape) -> bool:
    """Whether the shape's state names everybody and everything that a record rests on."""
    return shape.state_schema is not None and "record_id" in shape.state_schema.names


def is_touched(rows: pa.Table, *, accounts: pa.Array, statuses: pa.Array) -> pa.ChunkedArray:
    """Which rows of a state of texts were read anew."""
    return pc.or_(pc.is_in(rows["account_id"], accounts), pc.is_in(rows["status_id"], statuses))


def settle(shape: Shape, before: Before, candidates: Candidates, *, accounts: pa.Array, statuses: pa.Array) -> Settled:
    """Which texts are dropped because of others, and which come back, once these accounts and statuses were read."""
    if not has_texts(shape) or shape.state_schema is None:
        return Settled()
    old = state.concatenated(before.state.values(), shape.state_schema)
    touched = is_touched(old, accounts=accounts, statuses=statuses)
    left, rest = old.filter(touched), old.filter(pc.invert(touched))
    came = candidates.all_state()
    found = shape.settle(filter=candidates.reader.filter, rest=rest, left=left, came=came)
    dropped = {status_id: reason for status_id, reason in found.items() if reason is not None}
    same = left.num_rows == came.num_rows and left.sort_by("status_id").equals(came.sort_by("status_id"))
    people = state.owners(rest["account_id"], came["account_id"])
    return Settled(dropped=dropped, again=_again(before, rest, found), hidden=not same, people=people)


def _again(before: Before, rest: pa.Table, found: Mapping[int, str | None]) -> set[int]:
    """Of those that are kept the ones that neither came now nor were in before."""
    if not rest.num_rows:
        return set()
    kept = state.numbers([status_id for status_id, reason in found.items() if reason is None])
    staying = state.having(rest.select(["status_id"]), "status_id", kept)["status_id"]
    known = pc.is_in(staying, before.all_index()["subject"].combine_chunks())
    return set(staying.filter(pc.invert(known)).to_pylist())


def link(shape: Shape, before: Before, candidates: Candidates, settled: Settled, *, removed: Collection[int]) -> None:
    """Say in `settled` which records are inside, and which of the others point to one that came or went.

    `removed` are the subjects of the parent's records that were read anew or are dropped now.
    """
    if not shape.links:
        return
    came = state.without(candidates.all_index(), "subject", state.numbers(settled.dropped))
    stayed = state.without(before.all_index(), "subject", state.numbers(removed))
    settled.inside = Inside(pa.concat_tables([stayed, came]))
    if before.manifest is None:
        return
    are = set(came["subject"].to_pylist())
    flipped = state.numbers(set(removed) ^ are)
    pointing: set[int] = set()
    for rows in before.state.values():
        for column in shape.links.values():
            pointing.update(state.having(rows, column, flipped)["status_id"].to_pylist())
    settled.relinked = state.having(stayed, "subject", state.numbers(pointing - are))["subject"].combine_chunks()


def with_links(shape: Shape, records: pa.Table, subjects: pa.Array, rows: pa.Table, inside: Inside | None) -> pa.Table:
    """The records with the columns of `shape.links` filled in; `rows` are states that have all `subjects` among them."""
    if inside is None or not records.num_rows:
        return records
    place = pc.index_in(subjects, rows["status_id"].combine_chunks())
    for column, source in shape.links.items():
        at = records.schema.get_field_index(column)
        kind = records.schema.field(at)
        records = records.set_column(at, kind, inside.records_of(rows[source].take(place)).cast(kind.type))
    return records
