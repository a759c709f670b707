"""What is kept beside a release for the next one: Arrow files, read by mapping them into memory."""

import json
import mmap
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# Beside each file of records, a row for each of them in the same order. `subject` is what the record was made of.
INDEX = pa.schema([("record_id", pa.large_string()), ("subject", pa.int64()), ("account_id", pa.int64())])
# Everybody on whom records rest, and how many; 0 for people with texts in the shape's state that are copies, all of them,
# of what others wrote.
PEOPLE = pa.schema([("account_id", pa.int64()), ("records", pa.int64())])
COUNTED = (
    "language",
    "declared_language",
    "made_by",
    "evidence",
    "personhood_level",
    "personhood_method",
    "licence",
    "policy_version",
    "sensitive",
    "label",
)
_COUNTS = b"humankind.counts"


def write(table: pa.Table, path: Path) -> None:
    """Write a table so that `read` can map it."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def read(path: Path) -> pa.Table:
    """What was written; its pages are read when they are used."""
    # Arrow's own maps hand each read to another thread: for a small file that takes three times as long.
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return parsed(content)


def parsed(content: bytes | mmap.mmap) -> pa.Table:
    """The same of a file's content."""
    return pa.ipc.open_file(pa.py_buffer(content)).read_all()


def without(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    """The rows whose `column` is none of `values`."""
    return table.filter(pc.invert(pc.is_in(table[column], values))) if len(values) else table


def having(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    """The rows whose `column` is one of `values`."""
    return table.filter(pc.is_in(table[column], values)) if len(values) else table.slice(0, 0)


def among(column: pa.ChunkedArray, values: pa.Array) -> NDArray[np.bool_]:
    """For each value of the column whether it is one of `values`."""
    if pa.types.is_integer(column.type) and len(values) and len(column):
        # Ids grow with time: what is new lies above all that was there, and need not be looked for.
        bounds = pc.min_max(column)
        values = values.filter(pc.and_(pc.greater_equal(values, bounds["min"]), pc.less_equal(values, bounds["max"])))
    if not len(values) or not len(column):
        return np.zeros(len(column), np.bool_)
    found: NDArray[np.bool_] = pc.is_in(column, values).to_numpy()
    return found


def chosen(table: pa.Table, mask: NDArray[np.bool_]) -> pa.Table:
    """The rows for which `mask` holds; the table itself where it holds for all, as in most full builds."""
    if mask.all():
        return table
    return table.filter(pa.array(mask)) if mask.any() else table.slice(0, 0)


def numbers(values: Collection[int]) -> pa.Array:
    """Ids as Arrow has them."""
    return pa.array(sorted(values), pa.int64())


def concatenated(tables: Collection[pa.Table], schema: pa.Schema) -> pa.Table:
    """All rows as one table with `schema`, without its metadata."""
    plain = schema.remove_metadata()
    return pa.concat_tables([plain.empty_table(), *(_as(table, plain) for table in tables)])


def _as(table: pa.Table, plain: pa.Schema) -> pa.Table:
    if table.schema.equals(plain):
        return table.replace_schema_metadata(None)
    return table.cast(plain)


def owners_of(tables: Collection[pa.Table]) -> pa.ChunkedArray:
    """The account ids of all rows."""
    return joined([rows["account_id"] for rows in tables])


def owners(*columns: pa.ChunkedArray) -> pa.Array:
    """Each account id that is in any of the columns, once."""
    return pc.unique(joined(columns))


def joined(columns: Collection[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Columns of ids, one behind the other."""
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.int64())


def with_counts(index: pa.Table, records: pa.Table) -> pa.Table:
    """The index of `records`, with how often each value of the `COUNTED` columns is in them as its metadata."""
    counts: dict[str, dict[str, int]] = {}
    for name in COUNTED:
        if name in records.column_names:
            found = pc.value_counts(records[name]).to_pylist()
            counts[name] = {str(row["values"]): row["counts"] for row in found if row["values"] is not None}
    if "text" in records.column_names:
        counts["text"] = {"characters": pc.sum(pc.utf8_length(records["text"])).as_py() or 0}
    if "created" in records.column_names:
        # Arrow writes each moment out as a text, a hundred times as slowly.
        months, found = np.unique(records["created"].drop_null().to_numpy().astype("datetime64[M]"), return_counts=True)
        counts["month"] = dict(zip(np.datetime_as_string(months).tolist(), found.tolist(), strict=True))
    return index.replace_schema_metadata({_COUNTS: json.dumps(counts)})


def counts_of(index: pa.Table) -> dict[str, dict[str, int]]:
    """What `with_counts` put there."""
    found: dict[str, dict[str, int]] = json.loads((index.schema.metadata or {}).get(_COUNTS, b"{}"))
    return found
