"""Whether two texts are near, by their MinHash signatures: the share of equal hashes estimates their Jaccard similarity."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from exports.engines.bands import BANDS, ROWS_IN_BAND
from exports.engines.pieces import Numbers, Pieces, Places, numbers_of

HASHES = BANDS * ROWS_IN_BAND
NEAR = 0.8
MOST_DIFFERING = int((1 - NEAR) * HASHES + 1e-9)

_AT_A_TIME = 4096
_WAITING = 1024  # pairs
_HALF = np.uint64(32)


def bits_column(signatures: pa.ChunkedArray) -> pa.ChunkedArray:
    """Two bits of each hash, 64 in all: most pairs are told apart by these. 0 where there is no signature."""
    chunks = [_two_bits(chunk) for chunk in signatures.chunks]
    return pa.chunked_array([pa.array(bits.view(np.int64)) for bits in chunks], pa.int64())


class Compared:
    """Which texts are `near` another, by their rows, in the order of `places` in `texts` and of their `bits`."""

    def __init__(self, texts: Pieces, places: Places, bits: Numbers) -> None:
        self.near = np.zeros(len(places), np.bool_)
        self._texts, self._places, self._bits = texts, places, bits
        self._waiting: list[tuple[Places, Places]] = []
        self._number = 0

    def add(self, one: Places, two: Places) -> None:
        """Compare each row of `one` with its counterpart in `two`, now or when many wait: signatures lie far apart."""
        perhaps = np.flatnonzero(_differing(self._bits[one], self._bits[two]) <= MOST_DIFFERING)
        if len(perhaps):
            self._waiting.append((one[perhaps], two[perhaps]))
            self._number += len(perhaps)
            if self._number >= _WAITING:
                self.decide()

    def decide(self) -> None:
        """Compare those that wait."""
        if self._waiting:
            one, two = map(np.concatenate, zip(*self._waiting, strict=True))
            self._waiting, self._number = [], 0
            for start in range(0, len(one), _AT_A_TIME):
                part = slice(start, start + _AT_A_TIME)
                same = self._signatures(one[part]) == self._signatures(two[part])
                self.near[one[part][same.sum(axis=1) >= NEAR * HASHES]] = True

    def _signatures(self, rows: Places) -> Numbers:
        return self._texts.picked("signature", self._places[rows])


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
