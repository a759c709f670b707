"""The port of what masks personal data."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

FINDS = pa.list_(pa.struct([("kind", pa.large_string()), ("count", pa.int32())]))


@dataclass(frozen=True)
class Masked:
    """Texts with tokens such as `[EMAIL]` in them; `counts` has a row for each text and a column for each of `kinds`."""

    texts: pa.Array
    kinds: tuple[str, ...]
    counts: NDArray[np.int32]

    def finds(self) -> pa.Array:
        """For each text the list of {kind, count}; empty where nothing was found."""
        # Most are zero. NumPy finds the others five times as fast among booleans, and in one row.
        rows, kinds = np.divmod(np.flatnonzero(self.counts.astype(np.bool_)), len(self.kinds))
        offsets = np.zeros(len(self.texts) + 1, np.int32)
        np.cumsum(np.bincount(rows, minlength=len(self.texts)), out=offsets[1:])
        names = pa.array(self.kinds, pa.large_string()).take(pa.array(kinds))
        found = pa.StructArray.from_arrays([names, pa.array(self.counts[rows, kinds])], fields=list(FINDS.value_type))
        return pa.ListArray.from_arrays(pa.array(offsets), found)


class Masker(Protocol):
    """Puts typed tokens in the place of personal data. Sent to other processes and machines, so it can be pickled."""

    def mask(self, texts: pa.Array, languages: pa.Array | None = None) -> Masked:
        """`texts` are large_string without nulls; `languages` ISO 639 codes, where they are known."""
        ...

    def describe(self) -> dict[str, Any]:
        """What a manifest and a data card say of it: its name, its kinds, and whose models it uses; as JSON has it.

        Another answer than the last release's has every record made anew.
        """
        ...
