"""Then what hangs on others: which texts are left out as duplicates, and which come back."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines import state
from exports.jobs.increment.before import Before
from exports.jobs.increment.candidates import Candidates
from exports.queries.shapes import Shape


@dataclass
class Settled:
    """What follows for texts from what changed round them.

    `touched` are the rows of the parent's state that were read anew. `dropped` are texts that may not be in now, with
    the filter's name (`status_id`, `reason`); `again` those that were dropped and may be in now. `hidden` says that the
    state is another, `concerned` are the accounts that have other texts in it now, or had.
    """

    touched: NDArray[np.bool_]
    dropped: pa.Table
    again: pa.Array = field(default_factory=lambda: state.numbers(()))
    hidden: bool = False
    concerned: pa.ChunkedArray = field(default_factory=lambda: pa.chunked_array([], pa.int64()))


def has_texts(shape: Shape) -> bool:
    """Whether the shape's state is one of texts."""
    return shape.state_schema is not None and "record_id" not in shape.state_schema.names


def rests_on_several(shape: Shape) -> bool:
    """Whether the shape's state names everybody and everything that a record rests on."""
    return shape.state_schema is not None and "record_id" in shape.state_schema.names


def settle(shape: Shape, before: Before, candidates: Candidates, *, accounts: pa.Array, statuses: pa.Array) -> Settled:
    """Which texts are dropped because of others, and which come back, once these accounts and statuses were read."""
    came = candidates.state_of()
    old = before.all_state if before.state else came.slice(0, 0)
    if not has_texts(shape):
        found = shape.settle(
            filter=candidates.reader.filter, old=old, touched=np.zeros(old.num_rows, np.bool_), came=came
        )
        return Settled(np.zeros(old.num_rows, np.bool_), found)
    touched = state.among(old["account_id"], accounts) | state.among(old["status_id"], statuses)
    found = shape.settle(filter=candidates.reader.filter, old=old, touched=touched, came=came)
    kept = found["reason"].is_null()
    left = state.chosen(old.select(["status_id", "account_id"]), touched)
    return Settled(
        touched,
        found.filter(pc.invert(kept)),
        again=_again(before, found["status_id"].filter(kept), came["status_id"]),
        hidden=not _are_same(old, touched, came, ids=left["status_id"]),
        concerned=state.owners_of([left, came]),
    )


def _are_same(old: pa.Table, touched: NDArray[np.bool_], came: pa.Table, *, ids: pa.ChunkedArray) -> bool:
    """Whether what came is what was `touched`, of which these are the `ids`; their signatures lie far apart."""
    if not np.array_equal(np.sort(ids.to_numpy()), np.sort(came["status_id"].to_numpy())):
        return False
    return bool(state.chosen(old, touched).sort_by("status_id").equals(came.sort_by("status_id")))


def _again(before: Before, kept: pa.ChunkedArray, came: pa.ChunkedArray) -> pa.Array:
    """Of those that are kept the ones that neither came now nor were in before."""
    staying = np.setdiff1d(kept.to_numpy(), came.to_numpy())
    if not len(staying):
        return state.numbers(())
    there = before.all_index["subject"]
    were = there.filter(pa.array(state.among(there, pa.array(staying)))).to_numpy()
    return pa.array(np.setdiff1d(staying, were))
