"""Bands of MinHash signatures: which texts share one, looked up among millions of others.

Broder 1997; Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.3-3.4.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

BANDS, ROWS_IN_BAND = 8, 4

Keys = NDArray[np.uint64]
Ids = NDArray[np.int64]
Signatures = NDArray[np.uint32]

_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xFF51AFD7ED558CCD], np.uint64)
_BITS = 22
_SHIFT = np.uint64(64 - _BITS)
_AT_A_TIME = 4096  # signatures whose keys fit a core's cache


def signatures_of(table: pa.Table) -> Signatures:
    """The signatures in a table, of shape (texts, 32), without those of texts that are too short."""
    column = table["signature"].drop_null().combine_chunks()
    return _numbers(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)


def band_keys(signatures: Signatures) -> Keys:
    """For signatures of shape (texts, 32) the 64-bit keys of their bands, (texts, 8); equal bands have equal keys."""
    pairs = np.ascontiguousarray(signatures).view(np.uint64).reshape(len(signatures), BANDS, ROWS_IN_BAND // 2)
    mixed = (pairs[..., 0] * _MIX[0]) ^ (pairs[..., 1] * _MIX[1] + np.arange(BANDS, dtype=np.uint64) * _MIX[2])
    mixed ^= mixed >> np.uint64(29)
    keys: Keys = mixed * _MIX[3]
    return keys


def whole_keys(bands: Keys) -> Keys:
    """One key for each signature, from the keys of its bands."""
    mixed = bands * _MIX[np.arange(BANDS) % 4] ** np.arange(1, BANDS + 1, dtype=np.uint64)
    keys: Keys = np.bitwise_xor.reduce(mixed, axis=1)
    return keys


def bands_of(table: pa.Table) -> Keys:
    """Keys of the bands of a table's texts, (texts, 8); 0 for texts that are too short."""
    keys = np.zeros((table.num_rows, BANDS), np.uint64)
    keys[table["signature"].is_valid().to_numpy()] = band_keys(signatures_of(table))
    return keys


def perhaps_twice(keys: Keys) -> NDArray[np.bool_]:
    """All keys that are there twice, and few others: most are there once, and need no sorting."""
    bits = min(_BITS, len(keys).bit_length() + 2)
    slots = (keys >> np.uint64(64 - bits)).astype(np.int64)
    last = np.zeros(1 << bits, np.int32)
    last[slots] = np.arange(len(keys), dtype=np.int32)
    shared = np.zeros(1 << bits, np.bool_)
    shared[slots[last[slots] != np.arange(len(keys))]] = True
    return shared[slots]


def meeting(keys: Keys, these: Keys, ids: Ids, of_these: Ids) -> tuple[Ids, Ids]:
    """Places of the `keys` that are among `these`: first of those alone that are later than one of them, then of all.

    `ids` and `of_these` are the status ids behind the keys: later is above. 0 is no key.
    """
    places = np.flatnonzero(perhaps_among(keys, these))
    return _later(places, keys[places], these, ids[places], of_these)


def meeting_in_bands(signatures: pa.ChunkedArray, these: Keys, ids: Ids, of_these: Ids) -> tuple[Ids, Ids]:
    """The same of texts that share a band; `these` are `bands_of` the texts `of_these`."""
    marks, begin = _marked(these), 0
    places, keys = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    # A few at a time: to keep the keys of millions of texts would take longer than to make them.
    for chunk in signatures.chunks:
        numbers = _numbers(chunk)
        for start in range(0, len(chunk), _AT_A_TIME):
            found = band_keys(numbers[start : start + _AT_A_TIME]).ravel()
            there = np.flatnonzero(_is_marked(marks, found))
            places.append(there // BANDS + begin + start)
            keys.append(found[there])
        begin += len(chunk)
    place, key = np.concatenate(places), np.concatenate(keys)
    if signatures.null_count:
        there = signatures.is_valid().to_numpy()[place]
        place, key = place[there], key[there]
    return _later(place, key, these.ravel(), ids[place], np.repeat(of_these, BANDS))


def _numbers(column: pa.FixedSizeBinaryArray) -> Signatures:
    """The signatures, (texts, 32), without a copy; anything where there is none."""
    width = 4 * BANDS * ROWS_IN_BAND
    content = column.buffers()[1]
    if not len(column) or content is None:
        return np.zeros((len(column), BANDS * ROWS_IN_BAND), np.uint32)
    whole = np.frombuffer(content, np.uint8)[column.offset * width : (column.offset + len(column)) * width]
    return whole.view(np.uint32).reshape(len(column), BANDS * ROWS_IN_BAND)


def _marked(keys: Keys) -> NDArray[np.bool_]:
    """For each beginning of a key whether one of these has it: most others are told apart by one look."""
    marks = np.zeros(1 << _BITS, np.bool_)
    marks[keys[keys != 0] >> _SHIFT] = True
    return marks


def perhaps_among(keys: Keys, these: Keys) -> NDArray[np.bool_]:
    """All of the keys that are among `these`, and few others."""
    return _is_marked(_marked(these), keys)


def _is_marked(marks: NDArray[np.bool_], keys: Keys) -> NDArray[np.bool_]:
    # As signed numbers they are places as they are; others would be copied.
    return marks.take((keys >> _SHIFT).view(np.int64))


def _later(places: Ids, keys: Keys, these: Keys, ids: Ids, of_these: Ids) -> tuple[Ids, Ids]:
    """Of `places`, with their keys and ids, those whose key has a smaller id among `these`; and those whose key has any."""
    order = np.argsort(of_these)
    # The first of equal keys, which is the earliest, is the one that is found.
    first = pc.index_in(pa.array(keys), pa.array(these[order])).fill_null(-1).to_numpy()
    meets = (first >= 0) & (keys != 0)
    later = meets & (ids > of_these[order[first]]) if len(order) else meets
    return _once(places[later]), _once(places[meets])


def _once(places: Ids) -> Ids:
    """Places that are in order, each once."""
    is_first: NDArray[np.bool_] = np.append(True, places[1:] != places[:-1])[: len(places)]
    once: Ids = places[is_first]
    return once
