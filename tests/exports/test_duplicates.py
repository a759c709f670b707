"""What is left out as a duplicate follows from the set of texts alone, however one came to it."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.engines import duplicates
from exports.engines.bands import bands_column
from exports.engines.columns import AUTHORS, STATUSES
from exports.engines.keys import PseudonymKeys
from exports.engines.plan import BESIDE, Transformation, Transformed
from exports.engines.similarity import NEAR, bits_column
from exports.engines.spacing import spaced

KEYS = PseudonymKeys.derive(root_secret="tests", key_id="1")
# A family of signatures that differ in a few places, so that all answers occur: equal, near, in a band with, and far.
KINDS = 14
_drawn = np.random.default_rng(4)
_BASE = _drawn.integers(0, 2**32, (2, 32), dtype=np.uint32)
SIGNATURES = [
    np.where(_drawn.random(32) < share, _drawn.integers(0, 2**32, 32, dtype=np.uint32), _BASE[kind % 2])
    for kind, share in enumerate(np.linspace(0, 0.5, KINDS))
]
State = dict[int, int]
NONE = BESIDE.empty_table()
STATES = st.dictionaries(st.integers(1, 30), st.integers(-1, KINDS - 1), max_size=25)


def table(state: State) -> pa.Table:
    """{status id: kind}; -1 is too short to be compared."""
    rows = [
        {
            "status_id": number,
            "account_id": 1,
            "reason": None,
            "exact": kind + 1,
            "signature": None if kind < 0 else SIGNATURES[kind].tobytes(),
        }
        for number, kind in state.items()
    ]
    made = pa.Table.from_pylist(rows, BESIDE)
    for name, column_of in (("bands", bands_column), ("bits", bits_column)):
        made = made.set_column(made.schema.get_field_index(name), name, column_of(made["signature"]))
    return made


def settled(came: pa.Table, *, rest: pa.Table = NONE, left: pa.Table = NONE, near: bool) -> dict[int, str | None]:
    old = pa.concat_tables([rest, left])
    touched = np.arange(old.num_rows) >= rest.num_rows
    found = duplicates.settle(old=old, touched=touched, came=came, near=near)
    return dict(zip(*(column.to_pylist() for column in found.columns), strict=True))


def from_nothing(state: State, *, near: bool) -> dict[int, str | None]:
    return settled(table(state), near=near)


@settings(deadline=None, max_examples=200)
@given(history=st.lists(STATES, min_size=2, max_size=4), near=st.booleans())
def test_step_by_step_is_as_from_nothing(history: list[State], near: bool) -> None:
    known = from_nothing(history[0], near=near)
    for before, after in pairwise(history):
        left = {number: kind for number, kind in before.items() if after.get(number) != kind}
        came = {number: kind for number, kind in after.items() if before.get(number) != kind}
        rest = {number: kind for number, kind in after.items() if before.get(number) == kind}
        said = settled(table(came), rest=table(rest), left=table(left), near=near)
        assert came.keys() <= said.keys() <= after.keys()
        known = {number: reason for number, reason in known.items() if number in rest} | said
        assert known == from_nothing(after, near=near)


@settings(deadline=None, max_examples=100)
@given(state=STATES)
def test_it_is_the_rule_that_is_written_down(state: State) -> None:
    said = from_nothing(state, near=True)
    for one, kind in state.items():
        earlier = [other for number, other in state.items() if number < one and other >= 0]
        equal = kind >= 0 and kind in earlier
        assert (said[one] == "duplicate") == equal
        if kind >= 0 and not equal:
            near = [np.mean(SIGNATURES[kind] == SIGNATURES[other]) >= NEAR for other in earlier]
            # Of those that are near by the whole signature all share a band, with four rows to a band.
            assert (said[one] == "near_duplicate") == any(near)


def transformed(texts: list[str]) -> Transformed:
    count = len(texts)
    filled = {name: [None] * count for name in STATUSES.names} | {
        "id": list(range(1, count + 1)),
        "account_id": [1] * count,
        "text": texts,
        "language": ["en"] * count,
        "language_score": [1.0] * count,
        "created": [0] * count,
        **{name: [0] * count for name in ("favourites", "reblogs", "replies")},
    }
    author = {name: ["x"] for name in AUTHORS.names} | {"account_id": [1]}
    return Transformation(KEYS).apply(
        statuses=pa.Table.from_pydict(filled, STATUSES), authors=pa.Table.from_pydict(author, AUTHORS)
    )


def test_texts_that_people_would_call_the_same_are_found() -> None:
    story = "the ferry was late again this morning and everybody on the pier had something to say about the weather and the new timetable"
    texts = [
        story,
        story,
        story.replace("again", "once more"),
        story.upper() + "!!",
        "今日は朝から雨が降っていて、駅まで歩くのに三十分もかかったので会社に遅れてしまいました",
        "今日は朝から雨が降っていて、駅まで歩くのに三十分もかかったので会社に遅れてしまいましたね",
        "an entirely different story, about a cat on a warm roof in the old town",
        "good morning",
        "good morning",
    ]
    found = transformed(texts).beside
    said = settled(found, near=True)
    assert [said[number] for number in range(1, len(texts) + 1)] == [
        None,
        "duplicate",
        "near_duplicate",
        "near_duplicate",
        None,
        "near_duplicate",
        None,
        None,
        None,
    ]
    by_hash = settled(found, near=False)
    assert [number for number, reason in by_hash.items() if reason] == [2]


WORDS = st.sampled_from(["本を読む", "นก", "word", "é", "—", "😀", " ", "  "])


@given(st.lists(st.lists(WORDS, max_size=6).map("".join), min_size=1, max_size=6), st.integers(0, 3))
def test_a_space_is_put_between_characters_where_there_are_none_between_words(texts: list[str], start: int) -> None:
    column = spaced(pa.array(texts, pa.large_string()).slice(start))
    assert column.to_pylist() == [
        " ".join(text.replace(" ", "")) if set(text) & set("本を読むนก") else text for text in texts[start:]
    ]
