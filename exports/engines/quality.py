"""How much of a text is language: four measures, each between 0 and 1, over whole columns.

A text is left out where one of them is hopeless (`TOO_LITTLE` and the floors); `quality` is the least of the four, and a
dataset may ask for more of it. Tokens such as `[EMAIL]` and links are no words of the author and do not count.

- length: letters, of `ENOUGH_LETTERS`.
- letters: their share of all characters, of `ENOUGH_SHARE`; digits, signs, emoji and spaces are the rest.
- repetition: in texts of `LONG` characters or more the share of words that had not stood there before, of `ENOUGH_NEW`.
- words beside links: a text with a link and fewer than `LEAST_LETTERS` letters beside it is "links_only".
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines.byte_scan import Bytes, counted, rows_with

LEAST_LETTERS = 3
ENOUGH_LETTERS = 40
LEAST_SHARE, ENOUGH_SHARE = 0.25, 0.6
LONG = 200
LEAST_NEW, ENOUGH_NEW = 0.15, 0.4
LINK = r"https?://[^\s]+"
REASONS = ("links_only", "too_short", "symbols", "repetitive")


@dataclass(frozen=True)
class Measured:
    """`quality` from 0 to 1; where a text is left out whatever a dataset asks for, the reason (else null); its characters."""

    quality: NDArray[np.float32]
    reasons: pa.Array
    lengths: pa.Array


def measure(texts: pa.Array, token_letters: NDArray[np.int64]) -> Measured:
    """`texts` are masked large_strings without nulls; `token_letters` says how many letters the tokens of each have."""
    letters, lengths = counted(texts, _is_letter) - token_letters, pc.utf8_length(texts)
    length = lengths.to_numpy().copy()
    rows = rows_with(texts, lambda content: content == ord(":"))
    rows = rows[pc.match_substring(texts.take(pa.array(rows)), "://").to_numpy(zero_copy_only=False)]
    with_link = np.zeros(len(texts), np.bool_)
    with_link[rows] = True
    if len(rows):
        plain = pc.replace_substring_regex(texts.take(pa.array(rows)), LINK, "")
        letters[rows] = counted(plain, _is_letter) - token_letters[rows]
        length[rows] = pc.utf8_length(plain).to_numpy()
    # Tokens and the brackets round them are no signs of the author's either.
    share = letters / np.maximum(length - token_letters, 1)
    new = np.ones(len(texts))
    long = np.flatnonzero(length >= LONG)
    new[long] = [_new_words(text) for text in texts.take(pa.array(long)).to_pylist()]
    parts = (letters / ENOUGH_LETTERS, share / ENOUGH_SHARE, np.where(new < 1, new / ENOUGH_NEW, 1.0))
    quality = np.clip(np.minimum.reduce(parts), 0, 1)
    reason = np.full(len(texts), -1, np.int8)
    short = letters < LEAST_LETTERS
    reason[new < LEAST_NEW] = REASONS.index("repetitive")
    reason[share < LEAST_SHARE] = REASONS.index("symbols")
    reason[short] = REASONS.index("too_short")
    reason[short & with_link] = REASONS.index("links_only")
    named = pa.array(REASONS, pa.large_string()).take(pa.array(reason, mask=reason < 0))
    return Measured(np.round(quality, 2).astype(np.float32), named, lengths)


def _new_words(text: str) -> float:
    """The share of words that had not stood there before; of characters, where there are no words."""
    words = text.split()
    units = words if len(words) > 1 else list(text)
    return len(set(units)) / len(units)


def _is_letter(content: Bytes) -> NDArray[np.bool_]:
    """Which bytes begin a UTF-8 character that is, but for rare ones, a letter.

    ASCII letters; two bytes from U+00C0 on; three bytes but U+2000 to U+2FFF (punctuation, arrows, signs) and but the
    area of presentation forms. Four bytes are emoji for the most part.
    """
    in_ascii = (content | 0x20) - np.uint8(ord("a")) < 26  # both cases; what is below "a" wraps round to large numbers
    found: NDArray[np.bool_] = in_ascii | ((content >= 0xC3) & (content <= 0xEE) & (content != 0xE2))
    return found
