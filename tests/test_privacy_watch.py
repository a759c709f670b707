"""The watch over the whole run finds what it looks for, in whatever spelling, and does not cry wolf."""

import base64
import json
import secrets

import numpy as np
import pytest

from tests.privacy_watch import PrivacyWatch, is_unit_vector
from tests.vector_traces import vector_traces

PICTURE = secrets.token_bytes(20_000)


@pytest.fixture
def watch() -> PrivacyWatch:
    watch = PrivacyWatch()
    watch.frame(PICTURE)
    return watch


@pytest.mark.parametrize(
    "text",
    [
        PICTURE.hex(),
        PICTURE.hex().upper(),
        base64.b64encode(PICTURE).decode(),
        base64.b64encode(b"x" + PICTURE).decode(),
        base64.urlsafe_b64encode(b"xy" + PICTURE).decode(),
        repr(PICTURE),
        json.dumps({"event": repr(PICTURE)}),
        json.dumps(PICTURE.decode("latin-1")),
    ],
    ids=["hex", "HEX", "base64", "base64+1", "base64url+2", "repr", "repr in JSON", "JSON"],
)
def test_a_picture_is_found_in_any_spelling(watch: PrivacyWatch, text: str) -> None:
    assert watch.search_text(f'{{"line": 1}}\n a line with "{text}" in it\n', "the log")


def test_a_picture_a_key_and_a_vector_are_found_in_bytes(watch: PrivacyWatch) -> None:
    key = secrets.token_bytes(32)
    watch.key(key)
    assert watch.search_bytes(b"before" + PICTURE[100:] + b"after", "Redis")
    assert watch.search_bytes(b"before" + key + b"after", "Redis")
    assert watch.search_text(f"a row (12, \\x{key.hex()}, f)", "the database")
    vector = np.random.default_rng(1).normal(size=128)
    unit = (vector / np.linalg.norm(vector)).astype(np.float32)
    for row in (unit, unit.astype(np.float64)):
        assert watch.search_bytes(row.tobytes(), "Redis")
        assert watch.search_text(f"(1,\\x{row.tobytes().hex()})", "the database")
        assert watch.search_text(f"embedding={row.tolist()}", "the log")
        assert watch.search_text(json.dumps({"values": row.tolist()}), "the log")


def test_what_may_be_there_is_let_be(watch: PrivacyWatch) -> None:
    watch.secret("a-token-of-thirty-characters-xx", "a token")
    code = "01" * 512
    for text in (
        code,
        secrets.token_bytes(4000).hex(),
        json.dumps({"gestures": [{"measured": 21.5, "needed": 20.0}] * 9}),
        base64.b64encode(secrets.token_bytes(3000)).decode(),
        "a-token-of-thirty-characters-xy",
    ):
        assert watch.search_text(text, "the database") == []
    assert watch.search_text("Bearer a-token-of-thirty-characters-xx", "the log") == ["a token is in the log"]
    assert not is_unit_vector(secrets.token_bytes(512))
    assert not is_unit_vector(bytes(1024))


_DRAWN = np.random.default_rng(7).normal(size=128)
EMBEDDING = (_DRAWN / np.linalg.norm(_DRAWN)).astype(np.float32)


@pytest.mark.parametrize(
    "text",
    [
        repr(EMBEDDING.tolist()[5:9]),
        repr(EMBEDDING.tolist()[8:4:-1]),
        json.dumps({"values": EMBEDDING.astype(float).round(6).tolist()[:3]}),
        json.dumps([round(value, 5) for value in EMBEDDING.tolist()[60:62]], indent=4),
        str(EMBEDDING),
        repr(EMBEDDING[:12]),
        repr(list(EMBEDDING[:3])),
        np.array2string(EMBEDDING, formatter={"float_kind": "{:.6e}".format}),
        EMBEDDING.tobytes().hex(),
        EMBEDDING.astype(np.float64).tobytes().hex().upper(),
        base64.b64encode(EMBEDDING.tobytes()).decode(),
        base64.b64encode(b"x" + EMBEDDING.astype(np.float64).tobytes()).decode(),
        repr(EMBEDDING.tobytes()),
    ],
    ids=[
        *("list", "backwards", "JSON", "JSON in lines", "numpy", "numpy repr", "list of numpy", "exponents"),
        *("hex", "HEX of doubles", "base64", "base64+1 of doubles", "repr"),
    ],
)
def test_an_embedding_is_found_in_any_spelling(text: str) -> None:
    assert vector_traces(f"Task succeeded in 0.5s: {text}, 12:40.512345", EMBEDDING)


def test_numbers_of_an_embedding_that_are_met_by_chance_are_none() -> None:
    one, two, far = (abs(float(EMBEDDING[place])) for place in (3, 4, 90))
    durations = f"succeeded in {one:.9f}s: None\n[2026-11-21 12:40:00,1: INFO] succeeded in {two:.9f}s: None"
    assert vector_traces(durations, np.abs(EMBEDDING)) == []
    assert vector_traces(f"{one:.6f} {far:.6f}", np.abs(EMBEDDING)) == []
    assert vector_traces(f"12:40.{f'{one:.6f}'[2:]} {two:.6f}", np.abs(EMBEDDING)) == []
