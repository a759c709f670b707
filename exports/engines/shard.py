"""One bucket of a release: what stays, what comes, what goes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exports.engines.columns import RETRACTIONS


@dataclass(frozen=True)
class Shard:
    """A bucket's records after an increment, in the order of their ids, and how they differ from the parent's."""

    records: pa.Table
    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    by_author: dict[str, int] = field(default_factory=dict)
    authors_of_gone: dict[str, str] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        """Whether the bucket has to be written anew."""
        return bool(self.added or self.changed or self.gone)


def merge(*, parent: Path | None, touched: Collection[str], fresh: pa.Table) -> Shard:
    """The parent's bucket with every record of the `touched` authors (pseudonyms) replaced by `fresh`.

    `parent` is the parent's Parquet file, or None where it had none. Records have the schema of `fresh`.
    """
    before = read_records(parent, fresh.schema)
    is_touched = pc.is_in(before["author"], pa.array(sorted(touched), pa.large_string()))
    old, kept = before.filter(is_touched), before.filter(pc.invert(is_touched))
    were = {row["record_id"]: row for row in old.to_pylist()}
    are = {row["record_id"]: row for row in fresh.to_pylist()}
    merged = pa.concat_tables([kept, fresh]).sort_by("record_id")
    return Shard(
        records=merged,
        added=frozenset(are.keys() - were.keys()),
        changed=frozenset(known for known in are.keys() & were.keys() if are[known] != were[known]),
        gone=frozenset(were.keys() - are.keys()),
        authors_of_gone={gone: were[gone]["author"] for gone in were.keys() - are.keys()},
        by_author={count["values"]: count["counts"] for count in pc.value_counts(fresh["author"]).to_pylist()},
    )


def read_records(path: Path | None, schema: pa.Schema) -> pa.Table:
    """The records of one Parquet file; none for None."""
    if path is None:
        return schema.empty_table()
    return pq.read_table(path, partitioning=None).cast(schema)


def write_records(records: pa.Table, path: Path) -> None:
    """Write a bucket as zstd Parquet."""
    pq.write_table(records, path, compression="zstd", compression_level=6)


def write_retractions(rows: list[dict[str, object]], path: Path) -> None:
    """Write `retractions.parquet`: record_id, reason, retracted_at."""
    ordered = sorted(rows, key=lambda row: str(row["record_id"]))
    pq.write_table(pa.Table.from_pylist(ordered, RETRACTIONS), path, compression="zstd")
