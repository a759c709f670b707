"""A release that was built anew though it has a parent: how it differs from it, and who has no records in it any more."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from exports.engines import folder, state
from exports.jobs.increment.before import Before
from exports.jobs.increment.build import Increment, Touched
from exports.models import Release
from exports.queries.files import manifest_of
from exports.queries.stores import store


def compare_with(parent: Release, old: Before, increment: Increment, building: Path, *, touched: Touched) -> None:
    """Count as added, changed and gone what is so beside the parent, as long as its files are there.

    `old` has the parent's index, from which it is known whose records went; an empty one where it has none.
    """
    had = dict(zip(*(column.to_pylist() for column in old.people.columns), strict=True))
    without = touched.whole.keys() - set(increment.people.with_records().to_pylist())
    increment.people.left = {account_id: had.get(account_id) for account_id in without}
    if parent.files_deleted_at is not None:
        return
    were = old.all_index if old.manifest else _without_index(parent, building)
    are = _record_ids([building / file.path for file in increment.files])
    increment.gone = state.without(were, "record_id", are)
    increment.changed = were.num_rows - increment.gone.num_rows
    increment.added = len(are) - increment.changed


def _without_index(parent: Release, building: Path) -> pa.Table:
    name, cache = folder.release_name(parent.dataset_id, parent.number), building.with_name(folder.PARENT)
    paths = [
        store().local(f"{name}/{file.path}", cache) for file in manifest_of(parent).files if file.bucket is not None
    ]
    record_ids = _record_ids(paths)
    nobody = pa.array([-1] * len(record_ids), pa.int64())
    return pa.table([record_ids, nobody, nobody], schema=state.INDEX)


def _record_ids(paths: list[Path]) -> pa.Array:
    read = [pq.ParquetFile(path).read(columns=["record_id"])["record_id"].cast(pa.large_string()) for path in paths]
    return pa.chunked_array([chunk for column in read for chunk in column.chunks], pa.large_string()).combine_chunks()
