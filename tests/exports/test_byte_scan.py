"""Bytes of a kind are counted in whole columns, and no number in any script escapes the look for personal data."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from exports.engines.byte_scan import AT_ONCE, counted
from exports.engines.pii.columnar import is_of_a_form

CHARACTERS = [chr(number) for number in range(0x110000) if not 0xD800 <= number <= 0xDFFF]


@given(st.lists(st.text(max_size=90) | st.just("a" * AT_ONCE), max_size=9), st.integers(0, 9))
def test_bytes_are_counted_as_one_by_one(texts: list[str], start: int) -> None:
    """Wherever a text begins and ends among the words of bits, and in a column that is a part of another."""
    column = pa.array(texts, pa.large_string()).slice(start)
    found = counted(column, lambda content: (content >= ord("a")) & (content <= ord("f")))
    assert found.tolist() == [sum(text.count(letter) for letter in "abcdef") for text in texts[start:]]


def test_no_digit_escapes_the_look_for_forms() -> None:
    """A number in any script has a byte that has its text looked at."""
    column = pa.array(CHARACTERS, pa.large_string())
    digits = pc.match_substring_regex(column, r"\p{Nd}").to_numpy(zero_copy_only=False)
    assert digits.sum() > 600
    assert np.all(counted(column, is_of_a_form)[digits] > 0)


def test_what_re2_alone_takes_for_letters_is_not_printable() -> None:
    """Handles of such letters are left to RE2; if Python had other letters than it, a column would be masked otherwise."""
    column = pa.array(CHARACTERS, pa.large_string())
    known = pc.match_substring_regex(column, r"[\pL\pN_]").to_pylist()
    word = re.compile(r"\w")
    differing = [one for one, is_known in zip(CHARACTERS, known, strict=True) if is_known != bool(word.match(one))]
    assert not any(one.isprintable() for one in differing)
