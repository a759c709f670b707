"""Files of records: written, read, and compared."""

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exports.engines.columns import RETRACTIONS

# Columns in which hardly a value comes twice: a dictionary of them is made in vain. Nor are there any of nested ones.
UNLIKE = frozenset({"record_id", "text", "in_reply_to", "thread", "prompt", "response"})

ROWS_IN_GROUP = 1 << 20


def read_records(path: Path, schema: pa.Schema, *, leave_out: Collection[str] = ()) -> pa.Table:
    """The records of one Parquet file, without the columns `leave_out`."""
    wanted = pa.schema([column for column in schema if column.name not in leave_out])
    file = pq.ParquetFile(path)
    # Group by group: Arrow cannot read a column of pictures with more than two gigabytes at once.
    groups = [file.read_row_group(number, columns=wanted.names) for number in range(file.num_row_groups)]
    return pa.concat_tables([wanted.empty_table(), *(group.cast(wanted) for group in groups)])


def ordered(rows: pa.Table) -> pa.Table:
    """The rows in the order of their record ids."""
    order = _order_of(rows["record_id"])
    return rows if order is None else rows.take(order)


def write_records(records: pa.Table, path: Path, *, rows_in_group: int | None = None) -> None:
    """Write records as zstd Parquet, in the order of their ids; no more than a group of rows is copied at a time."""
    order = _order_of(records["record_id"])
    rows = rows_in_group or ROWS_IN_GROUP
    repeating = [column.name for column in records.schema if column.name not in UNLIKE]
    # Measured on texts: levels of compression above make the files no smaller, at twice the price of the whole.
    with pq.ParquetWriter(
        path, records.schema, compression="zstd", compression_level=3, use_dictionary=repeating
    ) as writer:
        for start in range(0, records.num_rows, rows):
            writer.write_table(_group(records, order, start, rows, pictures=bool(rows_in_group)), row_group_size=rows)


def _group(records: pa.Table, order: pa.Array | None, start: int, rows: int, *, pictures: bool) -> pa.Table:
    if order is None:
        return records.slice(start, rows)
    places = order.slice(start, rows)
    # Nor can it take rows out of more than two gigabytes of pictures, however few.
    return _one_by_one(records, places) if pictures else records.take(places)


def _order_of(record_ids: pa.ChunkedArray) -> pa.Array | None:
    """Places that put ids in their order; None where they stand in it, as those of a file do from which some went."""
    ids = record_ids.combine_chunks()
    if len(ids) < 2 or pc.all(pc.less(ids.slice(0, len(ids) - 1), ids.slice(1))).as_py():
        return None
    return pc.sort_indices(ids)


def _one_by_one(records: pa.Table, places: pa.Array) -> pa.Table:
    return pa.concat_tables([records.slice(place, 1) for place in places.to_pylist()])


def write_retractions(rows: list[dict[str, object]], path: Path) -> None:
    """Write `retractions.parquet`: record_id, reason, retracted_at."""
    listed = sorted(rows, key=lambda row: str(row["record_id"]))
    pq.write_table(pa.Table.from_pylist(listed, RETRACTIONS), path, compression="zstd")


def differing(before: pa.Table, after: pa.Table) -> pa.Array:
    """Which rows differ, as booleans. Both have the same ids in the same order, and the columns of `before` count."""
    found = pa.array([False] * after.num_rows, pa.bool_())
    for name in before.column_names:
        found = pc.or_(found, _differ(before[name].combine_chunks(), after[name].combine_chunks()))
    return found


def _differ(before: pa.Array, after: pa.Array) -> pa.Array:
    if pa.types.is_nested(before.type):
        # Arrow compares no lists and no structs.
        pairs = zip(before.to_pylist(), after.to_pylist(), strict=True)
        return pa.array([old != new for old, new in pairs], pa.bool_())
    return pc.coalesce(pc.not_equal(before, after), pc.xor(pc.is_null(before), pc.is_null(after)))
