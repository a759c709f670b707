"""The watch over the whole run finds what it looks for, in whatever spelling, and does not cry wolf."""

import base64
import json
import secrets

import numpy as np
import pytest

from tests.privacy_watch import PrivacyWatch, is_unit_vector

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
