"""The patterns over whole columns: Arrow's RE2 finds the few texts that Python has to look at, form by form."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines.byte_scan import Bytes, counted
from exports.engines.pii.patterns import EMAIL, FORMS, HANDLE, KINDS, NAME, VERSION, YEAR
from exports.engines.pii.port import Masked

BEFORE_AND_HANDLE = r"(^|[^\pL\pN_@.+%-])" + NAME
# Most handles are of ASCII letters on this network, with nothing before or behind that could belong to them: where all of
# a text's are, a simple pattern does, at a tenth of the price.
PLAIN = r"@[A-Za-z0-9_]+"
NOT_PLAIN = r"[^\s(\[{<>,;:!?/\"'#&*=|~]@|@[A-Za-z0-9_]*(?:[@.-]|[^\x00-\x7F])"
WRITTEN_AT = r"[\[({] ?[Aa][Tt] ?[\])}]"
# RE2 compiles a pattern at each call, and classes of all letters take it longer than looking at a thousand texts.
AN_EMAIL = r"[^\s]@[^\s]|" + WRITTEN_AT
# No form can be in a text that has none of these: an e-mail address, plain or spelled out; six digits that stand close
# together; an IPv4 address; two colons of an IPv6 address.
WORTH_LOOKING = (
    AN_EMAIL + r"|\p{Nd}(?:[^\p{Nd}]{0,3}\p{Nd}){6}|[A-Za-z]{2}\p{Nd}{2}[ -]?[A-Za-z0-9]{4}|[A-Z]{2} ?\p{Nd}{2}|"
    r"\p{Nd}\.\p{Nd}{1,3}\.\p{Nd}{1,3}\.\p{Nd}|:[0-9A-Fa-f]{0,4}:"
)
# Most numbers that are long enough for a form are dates, which are none: the eight digits of one, by themselves.
A_DATE = rf"(?:^| )(?:{YEAR}[-/.]\d\d[-/.]\d\d|\d\d[-/.]\d\d[-/.]{YEAR})(?:[ ,.!?]|$)"
_LOOKAROUND = re.compile(r"\(\?<?!(?:[^()\[\]]|\[[^\]]*\])*\)|\\b")


def hint(pattern: re.Pattern[str]) -> str:
    """For RE2, which looks neither back nor ahead: what must be in a text for `pattern` to match somewhere in it."""
    if pattern is EMAIL:
        return AN_EMAIL
    without = _LOOKAROUND.sub("", pattern.pattern)
    return without.replace(r"\W", "[^A-Za-z0-9_]").replace(r"\w", r"\pL\pN_").replace(r"\d", r"\p{Nd}")


HINTS = tuple(hint(form.pattern) for form in FORMS)


@dataclass(frozen=True)
class PatternMasker:
    """Masks what has a form: `patterns.mask` of each text, at the price of a look."""

    def mask(self, texts: pa.Array, languages: pa.Array | None = None) -> Masked:
        """Needs no language."""
        counts = np.zeros((len(texts), len(KINDS)), np.int32)
        texts = _handles_masked(texts, counts)
        rows = _worth_looking(texts, counts)
        if not len(rows):
            return Masked(texts, KINDS, counts)
        looked_at = texts.take(pa.array(rows))
        masked = looked_at.to_pylist()
        for form, needed in zip(FORMS, HINTS, strict=True):
            column = KINDS.index(form.kind)
            for place in _matching(looked_at, needed).tolist():
                masked[place], number = form.replaced(masked[place])
                counts[rows[place], column] += number
        return Masked(_with(texts, rows, pa.array(masked, texts.type)), KINDS, counts)

    def describe(self) -> dict[str, Any]:
        """Regular expressions and check digits; no model."""
        return {"name": "patterns", "version": VERSION, "kinds": list(KINDS), "models": []}


def _handles_masked(texts: pa.Array, counts: NDArray[np.int32]) -> pa.Array:
    signs = counted(texts, _is_at)
    rows = np.flatnonzero(signs)
    if not len(rows):
        return texts
    looked_at = texts.take(pa.array(rows))
    replaced = pc.replace_substring_regex(looked_at, PLAIN, "[HANDLE]")
    # Each plain handle had one @, and a token has none.
    found = signs[rows] - counted(replaced, _is_at)
    if len(mixed := _matching(looked_at, NOT_PLAIN)):
        slowly, found[mixed] = _mixed_masked(looked_at.take(pa.array(mixed)))
        replaced = _with(replaced, mixed, slowly)
    counts[rows, KINDS.index("HANDLE")] = found
    return _with(texts, rows, replaced)


def _mixed_masked(texts: pa.Array) -> tuple[pa.Array, list[int]]:
    written = texts.to_pylist()
    made = [HANDLE.subn("[HANDLE]", text) for text in written]
    # RE2 takes longer to compile a pattern with all letters than Python for a thousand texts. But it knows letters of a
    # newer Unicode, which to Python are none, nor printable.
    if newer := [place for place, text in enumerate(written) if not text.isprintable()]:
        slowly = pc.replace_substring_regex(texts.take(pa.array(newer)), BEFORE_AND_HANDLE, r"\1[HANDLE]")
        for place, text in zip(newer, slowly.to_pylist(), strict=True):
            made[place] = text, text.count("[HANDLE]") - written[place].count("[HANDLE]")
    return pa.array([text for text, _ in made], texts.type), [number for _, number in made]


def _is_at(content: Bytes) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = content == ord("@")
    return found


def _worth_looking(texts: pa.Array, counts: NDArray[np.int32]) -> NDArray[np.intp]:
    # Most texts have nothing but a handle's token of what a form is made of, and some no more than a date.
    parts = counted(texts, is_of_a_form) - counts[:, KINDS.index("HANDLE")]
    rows = np.flatnonzero(parts == 8)
    parts[rows[_matching(texts.take(pa.array(rows)), A_DATE)]] = 0
    rows = np.flatnonzero(parts)
    return rows[_matching(texts.take(pa.array(rows)), WORTH_LOOKING)]


def is_of_a_form(content: Bytes) -> NDArray[np.bool_]:
    """Bytes of which every text has one that is worth looking at; a token has one, its bracket."""
    is_digit_or_colon = content - np.uint8(ord("0")) <= 10  # what is below wraps round to large numbers
    is_sign = ((content | 0x20) == ord("{")) | (content == ord("(")) | (content == ord("@"))  # { and [ are a bit apart
    # First bytes of all digits beyond ASCII, and of Arabic, Indic and Korean letters, some signs, and emoji.
    may_be_digit = (content - np.uint8(0xD9) <= 8) | (content >= 0xEA)
    found: NDArray[np.bool_] = is_digit_or_colon | is_sign | may_be_digit
    return found


def _matching(texts: pa.Array, pattern: str) -> NDArray[np.intp]:
    return np.flatnonzero(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False))


def _with(texts: pa.Array, rows: NDArray[np.intp], replaced: pa.Array) -> pa.Array:
    chosen = np.zeros(len(texts), np.bool_)
    chosen[rows] = True
    return pc.replace_with_mask(texts, pa.array(chosen), replaced)
