"""A release that was built anew though it has a parent: how it differs from it, and who has no records in it any more."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exports.engines import folder, state
from exports.engines.keys import bucket_of
from exports.jobs.increment.build import Increment, Touched
from exports.models import Release
from exports.queries.files import manifest_of
from exports.queries.stores import store


def compare_with(parent: Release, increment: Increment, building: Path, *, touched: Touched) -> None:
    """Count as added, changed and gone what is so beside the parent, as long as its files are there."""
    for account_id, pseudonym in touched.whole.items():
        increment.contributions.setdefault(account_id, (bucket_of(pseudonym), 0))
    if parent.files_deleted_at is not None:
        return
    name, cache = folder.release_name(parent.dataset_id, parent.number), building.with_name(folder.PARENT)
    old = [store().local(f"{name}/{file.path}", cache) for file in manifest_of(parent).files if file.bucket is not None]
    were, are = _record_ids(old), _record_ids([building / file.path for file in increment.files])
    gone = were.filter(pc.invert(pc.is_in(were, are)))
    nobody = pa.array([-1] * len(gone), pa.int64())
    increment.gone = pa.table([gone, nobody, nobody], schema=state.INDEX)
    increment.changed = len(were) - len(gone)
    increment.added = len(are) - increment.changed


def _record_ids(paths: list[Path]) -> pa.Array:
    read = [pq.ParquetFile(path).read(columns=["record_id"])["record_id"].cast(pa.large_string()) for path in paths]
    return pa.chunked_array([chunk for column in read for chunk in column.chunks], pa.large_string()).combine_chunks()
