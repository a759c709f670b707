"""The release that the next one is made from."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from exports.engines import folder, state
from exports.engines.columns import CONSENTED
from exports.engines.manifest import Manifest, ReleaseFile
from exports.engines.storage import Store

_OF_SHAPE = "shape-"
Part = tuple[int, int]  # bucket or `folder.ALL`, and the release that wrote the file


@dataclass
class Before:
    """A parent's records and state, read when they are asked for. Without a manifest there is no parent: all is empty.

    What lies elsewhere is brought to `cache`.
    """

    store: Store
    cache: Path
    name: str = ""
    manifest: Manifest | None = None

    @cached_property
    def files(self) -> dict[Part, ReleaseFile]:
        """The files of records."""
        named = self.manifest.files if self.manifest else ()
        return {folder.bucket_and_part(file.path): file for file in named if file.bucket is not None}

    @cached_property
    def index(self) -> dict[Part, pa.Table]:
        """Of each file of records, whose records they are."""
        return {part: state.read(self.local(folder.index_path(*part))) for part in self.files}

    @cached_property
    def state(self) -> dict[Part, pa.Table]:
        """The shape's own state, by bucket and part."""
        if not self.manifest:
            return {}
        parts = [folder.bucket_and_part(name) for name in sorted(self._names) if name.startswith(_OF_SHAPE)]
        return {part: state.read(self.local(folder.state_path(*part))) for part in parts}

    @cached_property
    def people(self) -> pa.Table:
        """Everybody on whom records rest, or who wrote what pushes out what comes later (`state.PEOPLE`)."""
        return state.read(self.local(folder.PEOPLE)) if self.manifest else state.PEOPLE.empty_table()

    @cached_property
    def consented(self) -> pa.Table:
        """What the gate said of authors (`columns.CONSENTED`); of nobody where it was not noted, or not as it is today."""
        if self.manifest and self._is_there(folder.CONSENTED):
            rows = state.read(self.local(folder.CONSENTED))
            if rows.schema.equals(CONSENTED):
                return rows
        return CONSENTED.empty_table()

    def local(self, path: str) -> Path:
        """A file of the parent, on the local disk."""
        return self.store.local(f"{self.name}/{path}", self.cache)

    def of_bucket(self, bucket: int) -> list[Part]:
        """The bucket's files of records, oldest first."""
        return sorted(part for part in self.files if part[0] == bucket)

    def is_complete(self, state_schema: pa.Schema | None) -> bool:
        """Whether the state is there as it would be written today, the index of every file among it."""
        try:
            wanted = {folder.PEOPLE, *(folder.index_path(*part) for part in self.files)}
        except ValueError:
            return False
        # All was written by one version, or built anew by the next.
        first = next((name for name in sorted(self._names) if name.startswith(_OF_SHAPE)), None)
        if first and state_schema and state.read(self.local(f"{folder.STATE}/{first}")).schema != state_schema:
            return False
        return all(map(self._is_there, wanted))

    @cached_property
    def _names(self) -> set[str]:
        return set(self.store.names(f"{self.name}/{folder.STATE}"))

    def _is_there(self, path: str) -> bool:
        return path.removeprefix(f"{folder.STATE}/") in self._names

    @cached_property
    def all_index(self) -> pa.Table:
        """Every record's row, file by file."""
        return state.concatenated(self.index.values(), state.INDEX)

    @cached_property
    def all_state(self) -> pa.Table:
        """Every row of the shape's own state, file by file."""
        tables = list(self.state.values())
        return state.concatenated(tables, tables[0].schema) if tables else pa.table({})

    def of_index(self, mask: NDArray[np.bool_], part: Part) -> NDArray[np.bool_]:
        """What a mask over `all_index` says of one file."""
        return _slice_of(mask, part, self.index)

    def of_state(self, mask: NDArray[np.bool_], part: Part) -> NDArray[np.bool_]:
        """What a mask over `all_state` says of one file."""
        return _slice_of(mask, part, self.state)


def _slice_of(mask: NDArray[np.bool_], part: Part, tables: dict[Part, pa.Table]) -> NDArray[np.bool_]:
    begin = 0
    for other, rows in tables.items():
        if other == part:
            break
        begin += rows.num_rows
    return mask[begin : begin + tables[part].num_rows]
