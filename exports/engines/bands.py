"""Bands of MinHash signatures: which texts share one, looked up among millions of others.

Broder 1997; Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.3-3.4.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines.pieces import Pieces, numbers_of

BANDS, ROWS_IN_BAND = 8, 4

# Of 32 bits for a band and of 64 for a text; 0 is no key.
Keys = NDArray[Any]
Ids = NDArray[np.int64]
Signatures = NDArray[np.uint32]

_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xFF51AFD7ED558CCD], np.uint64)
_BITS = 22
_AT_A_TIME = 4096  # texts whose keys fit a core's cache
_KEYS_AT_A_TIME = _AT_A_TIME * BANDS


def band_keys(signatures: Signatures) -> Keys:
    """For signatures of shape (texts, 32) the 32-bit keys of their bands, (texts, 8); equal bands have equal keys."""
    pairs = np.ascontiguousarray(signatures).view(np.uint64).reshape(len(signatures), BANDS, ROWS_IN_BAND // 2)
    mixed = (pairs[..., 0] * _MIX[0]) ^ (pairs[..., 1] * _MIX[1] + np.arange(BANDS, dtype=np.uint64) * _MIX[2])
    mixed ^= mixed >> np.uint64(29)
    keys: Keys = (mixed * _MIX[3] >> np.uint64(32)).astype(np.uint32)
    return np.maximum(keys, 1, out=keys)


def bands_column(signatures: pa.ChunkedArray) -> pa.ChunkedArray:
    """The keys of each signature as 32 bytes, zeros where there is none: they are looked through in every increment."""
    made = [pa.array([], pa.binary(4 * BANDS))]
    for chunk in signatures.chunks:
        numbers, keys = numbers_of(chunk), np.empty((len(chunk), BANDS), np.uint32)
        for start in range(0, len(chunk), _AT_A_TIME):
            keys[start : start + _AT_A_TIME] = band_keys(numbers[start : start + _AT_A_TIME])
        if chunk.null_count:
            keys[chunk.is_null().to_numpy(zero_copy_only=False)] = 0
        made.append(pa.FixedSizeBinaryArray.from_buffers(made[0].type, len(chunk), [None, pa.py_buffer(keys)]))
    return pa.chunked_array(made)


def whole_keys(bands: Keys) -> Keys:
    """One key of 64 bits for each signature, from the keys of its bands."""
    pairs = np.ascontiguousarray(bands).view(np.uint64)
    keys: Keys = np.bitwise_xor.reduce((pairs ^ (pairs >> np.uint64(31))) * _MIX, axis=1)
    return keys


def perhaps_twice(keys: Keys) -> NDArray[np.bool_]:
    """All keys that are there twice, and few others: most are there once, and need no sorting."""
    bits = min(_BITS, len(keys).bit_length() + 2)
    slots = _slots(keys, bits)
    last = np.zeros(1 << bits, np.int32)
    last[slots] = np.arange(len(keys), dtype=np.int32)
    shared = np.zeros(1 << bits, np.bool_)
    shared[slots[last[slots] != np.arange(len(keys))]] = True
    return shared[slots]


def perhaps_among(keys: Keys, these: Keys) -> NDArray[np.bool_]:
    """All of the keys that are among `these`, and few others."""
    marks, found = _Marks(these), np.empty(len(keys), np.bool_)
    for start in range(0, len(keys), _KEYS_AT_A_TIME):
        part = slice(start, start + _KEYS_AT_A_TIME)
        found[part] = marks.of(keys[part])
    return found


def meeting(texts: Pieces, column: str, these: Keys, of_these: Ids) -> tuple[Ids, Ids]:
    """Places of the texts with a key that is among `these`: first of those alone that are later than one of them, then of all.

    `column` has a row of keys for each text, and so has `these`, for the status ids `of_these`; later is above.
    """
    marks, width = _Marks(these.ravel()), these.shape[1]
    places, keys = [np.zeros(0, np.int64)], [these[:0].ravel()]
    for begin, numbers in texts.each(column):
        for start in range(0, len(numbers), _KEYS_AT_A_TIME // width):
            found = numbers[start : start + _KEYS_AT_A_TIME // width].ravel().view(these.dtype)
            there = np.flatnonzero(marks.of(found))
            places.append(there // width + (begin + start))
            keys.append(found[there])
    # The first of equal keys, which is the earliest, is the one that is found; 0 is no key.
    whose, is_key = np.repeat(of_these, width), np.flatnonzero(these)
    order = is_key[np.argsort(whose[is_key])]
    first = pc.index_in(pa.array(np.concatenate(keys)), pa.array(these.ravel()[order])).fill_null(-1).to_numpy()
    meets = first >= 0
    place = np.concatenate(places)[meets]
    later = texts.picked("status_id", place).ravel() > whose[order[first[meets]]]
    return _once(place[later]), _once(place)


class _Marks:
    """For each beginning of a key whether one of these has it: most others are told apart by one look."""

    def __init__(self, keys: Keys) -> None:
        # So many that about one in fifty others is taken for one of these, and no more than fit a core's cache.
        self._bits = min(_BITS, len(keys).bit_length() + 5)
        self._marks = np.zeros(1 << self._bits, np.bool_)
        self._marks[_slots(keys[keys != 0], self._bits)] = True

    def of(self, keys: Keys) -> NDArray[np.bool_]:
        """Whether each may be one of them."""
        return self._marks.take(_slots(keys, self._bits))


def _slots(keys: Keys, bits: int) -> Ids:
    """The first bits of each key."""
    slots: Ids = (keys >> keys.dtype.type(keys.dtype.itemsize * 8 - bits)).astype(np.int64)
    return slots


def _once(places: Ids) -> Ids:
    """Places that are in order, each once."""
    is_first: NDArray[np.bool_] = np.append(True, places[1:] != places[:-1])[: len(places)]
    once: Ids = places[is_first]
    return once
