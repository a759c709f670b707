"""Last the people: how many records each has now, who has some for the first time, and who has none any more."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exports.engines import state
from exports.jobs.increment.before import Before
from exports.jobs.increment.candidates import Candidates
from exports.jobs.increment.settling import Settled, has_texts


@dataclass
class People:
    """`now` is everybody, as `state.PEOPLE` has them.

    `came` are the accounts whose records are their first; `left` those who have none any more, and how many they had:
    None where nobody knows.
    """

    now: pa.Table = field(default_factory=state.PEOPLE.empty_table)
    came: list[int] = field(default_factory=list)
    left: dict[int, int | None] = field(default_factory=dict)

    def with_records(self) -> pa.Array:
        """Whoever has some now."""
        return self.now["account_id"].filter(pc.greater(self.now["records"], 0)).combine_chunks()


def people_now(
    before: Before, candidates: Candidates, settled: Settled, *, gained: pa.ChunkedArray, lost: pa.ChunkedArray
) -> People:
    """Everybody, after records came and went: `gained` and `lost` have an account id for each of these."""
    were, concerned = before.people, state.owners(settled.concerned)
    rows = [
        _rows(were["account_id"], were["records"], were["records"]),
        _rows(concerned),
        _rows(*_counted(gained)),
        _rows(*_counted(lost, sign=-1)),
    ]
    # On one thread people stay in their order.
    summed = (
        pa.concat_tables(rows).group_by("account_id", use_threads=False).aggregate([("records", "sum"), ("had", "sum")])
    )
    people = summed.rename_columns(["account_id", "records", "had"])
    had, has = (pc.greater(people[name], 0) for name in ("had", "records"))
    # The others with none are in the state, as they were.
    doubtful = pc.and_not(pc.or_(had, pc.is_in(people["account_id"], concerned)), has)
    without = people["account_id"].filter(doubtful).combine_chunks()
    gone = without.filter(pc.invert(pc.is_in(without, _in_state(before, candidates, settled, without))))
    left = people.filter(pc.and_not(had, has))
    return People(
        now=state.without(people, "account_id", gone).select(state.PEOPLE.names).cast(state.PEOPLE),
        came=people["account_id"].filter(pc.and_not(has, had)).to_pylist(),
        left=dict(zip(left["account_id"].to_pylist(), left["had"].to_pylist(), strict=True)),
    )


def _rows(
    account_ids: pa.Array | pa.ChunkedArray,
    records: pa.Array | pa.ChunkedArray | None = None,
    had: pa.Array | pa.ChunkedArray | None = None,
) -> pa.Table:
    zeros = pa.array(np.zeros(len(account_ids), np.int64))
    columns = [account_ids, zeros if records is None else records, zeros if had is None else had]
    return pa.table(columns, names=["account_id", "records", "had"])


def _counted(account_ids: pa.ChunkedArray, *, sign: int = 1) -> tuple[pa.Array, pa.Array]:
    found = pc.value_counts(account_ids)
    return found.field("values"), pc.multiply(found.field("counts"), pa.scalar(sign, pa.int64()))


def _in_state(before: Before, candidates: Candidates, settled: Settled, account_ids: pa.Array) -> pa.Array:
    """Who of these has texts in the state: what they wrote pushes out what comes later, though they have no record."""
    if not len(account_ids) or not has_texts(candidates.reader.shape):
        return account_ids.slice(0, 0)
    came = candidates.state_of()["account_id"]
    rest = before.all_state["account_id"] if before.state else came.slice(0, 0)
    rest = rest.filter(pa.array(state.among(rest, account_ids) & ~settled.touched))
    there = state.owners(rest, came)
    return there.filter(pc.is_in(there, account_ids))
