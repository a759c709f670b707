"""What was taken back, and taking it out of the releases that are still kept."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from humankind_data.local_copy import REDACTED, LocalCopy, write_whole
from humankind_data.manifest import RETRACTIONS, sha256_of

ROWS_AT_A_TIME = 20_000


def retracted_by(copy: LocalCopy, number: int) -> dict[str, str]:
    """{record id: reason} of what one release took back."""
    path = copy.release(number) / RETRACTIONS
    if not path.exists():
        return {}
    rows = pq.read_table(path, partitioning=None)
    return dict(zip(rows["record_id"].to_pylist(), rows["reason"].to_pylist(), strict=True))


def retracted_after(copy: LocalCopy, number: int) -> set[str]:
    """Every record that a later release than `number` took back."""
    return {record for later in copy.numbers() if later > number for record in retracted_by(copy, later)}


def apply_retractions(copy: LocalCopy) -> int:
    """Take every retracted record out of every kept release that is older; gives how many were.

    Safe to be killed at any point and to run twice. A release with files that cannot be searched for records is deleted.
    """
    removed = 0
    for number in copy.numbers_with_data():
        taken_back = retracted_after(copy, number)
        if not taken_back:
            continue
        files = data_files(copy, number)
        if all(is_searchable(file) for file in files):
            removed += sum(_without(copy, number, file, taken_back) for file in files)
        else:
            copy.delete_data(number)
    return removed


def data_files(copy: LocalCopy, number: int) -> list[Path]:
    """The files of a release that hold records."""
    return sorted(path for path in (copy.release(number) / "data").rglob("*") if path.is_file())


def is_searchable(file: Path) -> bool:
    """Whether single records can be found in a file, and taken out of it."""
    return file.suffix == ".parquet" and "record_id" in pq.read_schema(file).names


def found_in(file: Path, records: set[str]) -> set[str]:
    """Those of `records` that are in a file."""
    ids = pq.read_table(file, columns=["record_id"], partitioning=None)["record_id"]
    return set(ids.filter(pc.is_in(ids, pa.array(sorted(records), ids.type))).to_pylist())


def _without(copy: LocalCopy, number: int, file: Path, taken_back: set[str]) -> int:
    found = found_in(file, taken_back)
    if not found:
        return 0
    copy.incoming.mkdir(exist_ok=True)
    fresh = copy.incoming / f"redacted-{number}"
    gone = pa.array(sorted(found), pq.read_schema(file).field("record_id").type)
    with pq.ParquetFile(file) as source, pq.ParquetWriter(fresh, source.schema_arrow, compression="zstd") as target:
        for batch in source.iter_batches(ROWS_AT_A_TIME):
            target.write_batch(batch.filter(pc.invert(pc.is_in(batch["record_id"], gone))))
    # Noted first: killed in between, the file still is the one that was signed, and the next run takes the records out.
    release = copy.release(number)
    noted = copy.redacted(number) | {file.relative_to(release).as_posix(): sha256_of(fresh)}
    write_whole(release / REDACTED, json.dumps(noted, indent=1, sort_keys=True).encode() + b"\n")
    fresh.replace(file)
    return len(found)
