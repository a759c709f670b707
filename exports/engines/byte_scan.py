"""How many of its bytes are of a kind, for each text: over a whole column, at a fraction of what a look at each text costs."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Wanted = Callable[[Bytes], NDArray[np.bool_]]
AT_ONCE = 1 << 17  # bytes that fit a core's cache, with what is made of them


def parts_of(texts: pa.Array) -> tuple[NDArray[np.int64], Bytes]:
    """Of large_strings without nulls: where each begins and the last ends, and the bytes that those numbers count."""
    if not len(texts) or texts.buffers()[2] is None:
        return np.zeros(len(texts) + 1, np.int64), np.zeros(0, np.uint8)
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return offsets, np.frombuffer(texts.buffers()[2], np.uint8)


def counted(texts: pa.Array, wanted: Wanted) -> NDArray[np.int64]:
    """For each text the number of its bytes of UTF-8 for which `wanted` holds."""
    offsets, content = parts_of(texts)
    places = offsets - offsets[0]
    content = content[offsets[0] : offsets[-1]]
    # A bit for each byte, 64 to a word: before a place are the bits of all earlier words, and some of its own word's.
    bits = np.zeros((len(content) // 64 + 1) * 8, np.uint8)
    for start in range(0, len(content), AT_ONCE):
        packed = np.packbits(wanted(content[start : start + AT_ONCE]), bitorder="little")
        bits[start // 8 : start // 8 + len(packed)] = packed
    words = bits.view("<u8")
    in_word = np.bitwise_count(words)
    before = np.cumsum(in_word, dtype=np.int64) - in_word
    word, earlier = places >> 6, (np.uint64(1) << (places & 63).astype(np.uint64)) - np.uint64(1)
    found: NDArray[np.int64] = np.diff(before[word] + np.bitwise_count(words[word] & earlier))
    return found


def rows_with(texts: pa.Array, wanted: Wanted) -> NDArray[np.int64]:
    """Rows of the texts with a byte of UTF-8 for which `wanted` holds, in order."""
    return np.flatnonzero(counted(texts, wanted))
