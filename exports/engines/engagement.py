"""Counts of favourites, reblogs and replies that say how much, and not which status it was."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

K = 10


def suppressed(counts: NDArray[np.int64]) -> pa.Array:
    """int64: null below `K`, else the largest power of two that is not above the count."""
    _, exponents = np.frexp(np.maximum(counts, 1).astype(np.float64))
    return pa.array(np.left_shift(np.int64(1), exponents.astype(np.int64) - 1), mask=counts < K)
