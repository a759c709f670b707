"""Words of scripts that put no space between them, so that texts in these can be compared word by word, too."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exports.engines.byte_scan import parts_of, rows_with

# Scripts that put no spaces between words: each character stands for one.
UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"


def spaced(texts: pa.Array) -> pa.Array:
    """The texts, with a space between all characters where there are some of scripts that have none between words."""
    # They have three bytes or more. So have dashes and quotation marks (E2) and emoji (F0), which are in many texts: what
    # shares their first byte, radicals and rare ideographs, hardly ever stands without others.
    rows = rows_with(texts, lambda content: (content >= 0xE0) & (content != 0xE2) & (content != 0xF0))
    rows = rows[pc.match_substring_regex(texts.take(pa.array(rows)), UNSPACED).to_numpy(zero_copy_only=False)]
    if not len(rows):
        return texts
    chosen = np.zeros(len(texts), np.bool_)
    chosen[rows] = True
    return pc.replace_with_mask(texts, pa.array(chosen), _apart(texts.take(pa.array(rows))))


def _apart(texts: pa.Array) -> pa.Array:
    """The texts with a space between all characters, and no other."""
    closed = pc.replace_substring(texts, " ", "")
    offsets, content = parts_of(closed)
    content = content[: offsets[-1]]
    # A space goes before each byte that begins a character, but for the first of a text.
    begins = (content & 0xC0) != 0x80
    begins[offsets[:-1]] = False
    spread = np.insert(content, np.flatnonzero(begins), ord(" "))
    offsets = offsets + np.append(0, np.cumsum(pc.utf8_length(closed).to_numpy() - 1))
    return pa.LargeStringArray.from_buffers(len(closed), pa.py_buffer(offsets), pa.py_buffer(spread))
