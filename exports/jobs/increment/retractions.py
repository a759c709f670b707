"""What a release takes back and why, where a record may rest on several people."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from exports.engines import rests_on, shard, state
from exports.jobs.increment.before import Before
from exports.jobs.increment.build import Increment
from exports.jobs.increment.settling import rests_on_several
from exports.queries.changes import OTHER_REASON, Changes
from exports.queries.shapes import Shape

FILE_NAME = "retractions.parquet"


def write_retractions(
    *, shape: Shape, before: Before, increment: Increment, changes: Changes, building: Path, at: dt.datetime
) -> None:
    """Write `retractions.parquet`: opaque id, reason class, when."""
    reasons = _reasons(shape, before, increment, changes)
    rows: list[dict[str, object]] = [
        {"record_id": record_id, "reason": reasons.get(record_id, OTHER_REASON), "retracted_at": at}
        for record_id in increment.gone["record_id"].to_pylist()
    ]
    shard.write_retractions(rows, building / FILE_NAME)


def _reasons(shape: Shape, before: Before, increment: Increment, changes: Changes) -> Mapping[str, str]:
    if rests_on_several(shape):
        rows = state.concatenated(before.state.values(), shape.state_schema or rests_on.RESTS_ON)
        gone = increment.gone["record_id"].to_pylist()
        return rests_on.reasons(rows, gone=gone, of_statuses=changes.of_statuses, of_people=changes.of_authors)
    found: dict[str, str] = {}
    pushed = state.having(increment.dropped, "status_id", increment.gone["subject"].combine_chunks())
    pushed_out: dict[int, str] = dict(zip(*(column.to_pylist() for column in pushed.columns), strict=True))
    without = increment.people.left
    for row in increment.gone.to_pylist():
        of_status = of_others = of_author = None
        if shape.reads_single:
            of_status, of_others = changes.of_statuses.get(row["subject"]), pushed_out.get(row["subject"])
        # Of an author who still has records here single ones went: their own history is not the reason.
        if row["account_id"] in without:
            of_author = changes.of_authors.get(row["account_id"])
        if reason := of_status or of_author or of_others:
            found[row["record_id"]] = reason
    return found
