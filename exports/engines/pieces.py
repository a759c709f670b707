"""Numbers in a table of many pieces: looked through piece by piece, or picked, without making one piece of all of it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[Any]
Places = NDArray[np.int64]


class Pieces:
    """A table whose columns are whole numbers, or values of so many bytes, which are taken as numbers of 32 bits."""

    def __init__(self, table: pa.Table) -> None:
        self._schema = table.schema
        self._pieces = [piece for piece in table.to_batches() if piece.num_rows]
        self._ends = np.cumsum([piece.num_rows for piece in self._pieces], dtype=np.int64)

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def each(self, column: str) -> Iterator[tuple[int, Numbers]]:
        """Each piece's first place, and its numbers, of shape (rows, numbers in one value)."""
        for end, piece in zip(self._ends.tolist(), self._pieces, strict=True):
            yield end - piece.num_rows, numbers_of(piece.column(column))

    def picked(self, column: str, places: Places) -> Numbers:
        """The numbers at these places, in their order; anything where there is no value."""
        nothing = numbers_of(pa.array([], self._schema.field(column).type))
        made = np.empty((len(places), nothing.shape[1]), nothing.dtype)
        of = np.searchsorted(self._ends, places, side="right")
        # Side by side what is in one piece; places in their order are that already.
        order = np.argsort(of, kind="stable")
        begins = np.flatnonzero(np.diff(of[order], prepend=-1))
        for number, rows in zip(of[order[begins]].tolist(), np.split(order, begins)[1:], strict=True):
            piece = self._pieces[number]
            begin = int(self._ends[number]) - piece.num_rows
            made[rows] = numbers_of(piece.column(column))[places[rows] - begin]
        return made


def numbers_of(column: pa.Array) -> Numbers:
    """The column's numbers, a row for each value, without a copy; anything where there is no value."""
    kind = np.dtype(column.type.to_pandas_dtype()) if pa.types.is_integer(column.type) else np.dtype(np.uint32)
    width, content = column.type.byte_width // kind.itemsize, column.buffers()[1]
    if not len(column) or content is None:
        return np.zeros((len(column), width), kind)
    begin = column.offset * column.type.byte_width
    return np.frombuffer(content, kind, len(column) * width, begin).reshape(len(column), width)
