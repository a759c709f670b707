"""Whether two texts are near, by their MinHash signatures: the share of equal hashes estimates their Jaccard similarity."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from exports.engines.pieces import Numbers, Pieces, Places, numbers_of

HASHES = 32
NEAR = 0.8
MOST_DIFFERING = int((1 - NEAR) * HASHES + 1e-9)

_AT_A_TIME = 4096
_HALF = np.uint64(32)


def bits_column(signatures: pa.ChunkedArray) -> pa.ChunkedArray:
    """Two bits of each hash, 64 in all: most pairs are told apart by these. 0 where there is no signature."""
    chunks = [_two_bits(chunk) for chunk in signatures.chunks]
    return pa.chunked_array([pa.array(bits.view(np.int64)) for bits in chunks], pa.int64())


def alike(texts: Pieces, one: Places, two: Places, bits: tuple[Numbers, Numbers]) -> NDArray[np.bool_]:
    """Whether each of `one` is near its counterpart in `two`; `bits` are those of both."""
    is_near = _differing(*bits) <= MOST_DIFFERING
    perhaps = np.flatnonzero(is_near)
    for start in range(0, len(perhaps), _AT_A_TIME):
        part = perhaps[start : start + _AT_A_TIME]
        same = texts.picked("signature", one[part]) == texts.picked("signature", two[part])
        is_near[part] = same.sum(axis=1) >= NEAR * HASHES
    return is_near


def _two_bits(signatures: pa.FixedSizeBinaryArray) -> NDArray[np.uint64]:
    """Of each hash the lowest bit, and behind these the one above it."""
    numbers, bits = numbers_of(signatures), np.zeros(len(signatures), np.uint64)
    for start in range(0, len(numbers), _AT_A_TIME):
        part = slice(start, start + _AT_A_TIME)
        lowest = numbers[part].astype(np.uint8)
        planes = [np.packbits(lowest & bit, axis=1).view(np.uint32).ravel() for bit in (1, 2)]
        bits[part] = planes[0] | (planes[1].astype(np.uint64) << _HALF)
    if signatures.null_count:
        bits[signatures.is_null().to_numpy(zero_copy_only=False)] = 0
    return bits


def _differing(one: Numbers, two: Numbers) -> NDArray[np.uint8]:
    """How many of the hashes differ by these bits: no more than do differ."""
    bits = one ^ two
    found: NDArray[np.uint8] = np.bitwise_count((bits | bits >> _HALF).astype(np.uint32))
    return found
