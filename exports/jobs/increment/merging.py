"""Last the files: what is new is added, what changed or went takes the file that it was in with it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from exports.engines import folder, shard, state
from exports.engines.manifest import ReleaseFile, sha256_of
from exports.jobs.increment.before import Before, Part
from exports.queries.shapes import Shape

# Files of one bucket; with more, the smaller half are put together.
MOST_PARTS = 8


@dataclass
class Written:
    """The files of a release so far. `carried` are paths that the parent has, with its release's name before them."""

    building: Path
    number: int
    files: list[ReleaseFile] = field(default_factory=list)
    carried: dict[str, str] = field(default_factory=dict)
    index: dict[Part, pa.Table] = field(default_factory=dict)

    def carry(self, before: Before, path: str) -> None:
        """The same file as in the parent."""
        self.carried[path] = f"{before.name}/{path}"

    def of_bucket(self, bucket: int) -> list[pa.Table]:
        """The index of a bucket."""
        return [rows for part, rows in self.index.items() if part[0] == bucket]


@dataclass
class Merged:
    """How a bucket differs from the parent's: `gone` has the columns of `state.INDEX`, `owners` everybody concerned."""

    added: int
    changed: int
    gone: pa.Table
    owners: pa.Array


@dataclass
class Parent:
    """The parent's records of one bucket. A file is read once, when it is first asked for."""

    shape: Shape
    before: Before
    bucket: int
    _read: dict[Part, pa.Table] = field(default_factory=dict)

    def parts(self) -> dict[Part, pa.Table]:
        """The index of each file, oldest first."""
        return {part: self.before.index[part] for part in self.before.of_bucket(self.bucket)}

    def records(self, part: Part) -> pa.Table:
        """All records of a file."""
        if part not in self._read:
            self._read[part] = self._from_file(part, ())
        return self._read[part]

    def compared(self, part: Part) -> pa.Table:
        """The same without the columns that are not compared."""
        if self.shape.unread and part not in self._read:
            return self._from_file(part, self.shape.unread)
        return self.records(part).drop_columns(list(self.shape.unread))

    def having(self, subjects: pa.Array) -> tuple[pa.Table, pa.Table]:
        """The records of these subjects, with their index."""
        records, indexes = [], []
        for part, rows in self.parts().items():
            chosen = pc.is_in(rows["subject"], subjects)
            if len(subjects) and pc.any(chosen).as_py():
                records.append(self.records(part).filter(chosen))
                indexes.append(rows.filter(chosen))
        return state.concatenated(records, self.shape.schema), state.concatenated(indexes, state.INDEX)

    def _from_file(self, part: Part, leave_out: Collection[str]) -> pa.Table:
        path = self.before.local(self.before.files[part].path)
        return shard.read_records(path, self.shape.schema.remove_metadata(), leave_out=leave_out)


def merge_bucket(
    parent: Parent,
    *,
    fresh: pa.Table,
    index: pa.Table,
    replaced: pa.Table,
    written: Written,
) -> Merged:
    """Write what differs of a bucket, and carry the rest over.

    `fresh` with its `index` stands in place of the parent's records in `replaced` (rows of `state.INDEX`).
    """
    shape, before, bucket, parts = parent.shape, parent.before, parent.bucket, parent.parts()
    known = pc.is_in(index["record_id"], replaced["record_id"].combine_chunks())
    changed = _changed(parent, fresh.filter(known))
    gone = state.without(replaced, "record_id", index["record_id"].combine_chunks())
    is_new = pc.or_(pc.invert(known), pc.is_in(index["record_id"], changed))
    new, new_index = state.chosen(fresh, is_new), state.chosen(index, is_new)
    leaving = pa.concat_arrays([gone["record_id"].combine_chunks(), changed])
    rewritten = {part for part, rows in parts.items() if _any_of(rows, leaving)}
    if new.num_rows or rewritten:
        rewritten |= _too_many(before, parts.keys() - rewritten)
    records, indexes = [new], [new_index]
    for part in sorted(rewritten):
        stays = pc.invert(pc.is_in(parts[part]["record_id"], leaving))
        records.append(state.chosen(parent.records(part), stays))
        indexes.append(parts[part].filter(stays))
    for part in sorted(parts.keys() - rewritten):
        written.files.append(before.files[part])
        written.index[part] = before.index[part]
        written.carry(before, before.files[part].path)
        written.carry(before, folder.index_path(*part))
    everything = state.concatenated(records, shape.schema)
    _write(shape, bucket, everything, state.concatenated(indexes, state.INDEX), written)
    owners = state.owners(gone["account_id"], new_index["account_id"])
    return Merged(new.num_rows - len(changed), len(changed), gone, owners)


def merge_state(before: Before, bucket: int, *, rows: pa.Table, removed: pa.Array, key: str, written: Written) -> None:
    """The same for the shape's state: `rows` are new, and those whose `key` is among `removed` go."""
    kept = [rows]
    parts = {part: old for part, old in before.state.items() if part[0] == bucket}
    crowded = rows.num_rows > 0 and len(parts) >= MOST_PARTS
    for part, old in sorted(parts.items()):
        stays = state.without(old, key, removed)
        if stays.num_rows == old.num_rows and not crowded:
            written.carry(before, folder.state_path(*part))
        else:
            kept.append(stays)
    table = state.concatenated(kept, rows.schema)
    if table.num_rows:
        state.write(table, written.building / folder.state_path(bucket, written.number))


def _any_of(rows: pa.Table, record_ids: pa.Array) -> bool:
    return bool(len(record_ids) and pc.any(pc.is_in(rows["record_id"], record_ids)).as_py())


def _changed(parent: Parent, again: pa.Table) -> pa.Array:
    """Ids of those records, all of which the parent has, that are another now."""
    if not again.num_rows:
        return pa.array([], pa.large_string())
    ids = again["record_id"].combine_chunks()
    old = []
    for part, rows in parent.parts().items():
        chosen = pc.is_in(rows["record_id"], ids)
        if pc.any(chosen).as_py():
            old.append(parent.compared(part).filter(chosen))
    were = shard.ordered(pa.concat_tables(old))
    are = shard.ordered(again.select(were.column_names))
    return are["record_id"].filter(shard.differing(were, are)).combine_chunks().cast(pa.large_string())


def _too_many(before: Before, parts: set[Part]) -> set[Part]:
    """The smaller half of a bucket's parts, where there are too many."""
    if len(parts) < MOST_PARTS:
        return set()
    return set(sorted(parts, key=lambda part: before.files[part].size)[: MOST_PARTS // 2 + 1])


def _write(shape: Shape, bucket: int, records: pa.Table, index: pa.Table, written: Written) -> None:
    if not records.num_rows:
        return
    index = state.with_counts(index.sort_by("record_id"), records)
    path = folder.bucket_path(bucket, written.number)
    file = written.building / path
    described = records.replace_schema_metadata(shape.schema.metadata)
    shard.write_records(described, file, rows_in_group=shape.rows_in_group)
    state.write(index, written.building / folder.index_path(bucket, written.number))
    written.index[bucket, written.number] = index
    authors = len(pc.unique(index["account_id"]))
    written.files.append(
        ReleaseFile(path, sha256_of(file), file.stat().st_size, records.num_rows, authors, written.number, bucket)
    )
