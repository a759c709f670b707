"""What is masked, and that increments add up to what a full build would give."""

from types import SimpleNamespace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.engines import language, pii
from exports.engines.keys import BUCKETS, PseudonymKeys, bucket_of
from exports.engines.pii.columnar import PatternMasker
from exports.engines.pii.presidio import PresidioMasker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to grace.hopper+x@navy.example!", "write to [EMAIL]!"),
        ("@ada and @ada@humans.example agree", "[HANDLE] and [HANDLE] agree"),
        ("see https://humans.example/@ada/1", "see https://humans.example/[HANDLE]/1"),
        ("GB82 WEST 1234 5698 7654 32 and DE89370400440532013000.", "[IBAN] and [IBAN]."),
        ("DE89370400440532013001 has a wrong check digit", "DE89370400440532013001 has a wrong check digit"),
        ("card 4111 1111 1111 1111", "card [CARD]"),
        ("from 192.168.1.10 and 2001:db8::1", "from [IP] and [IP]"),
        ("call +49 (0)30 1234567, 030/123 45 67 or 555-123-4567", "call [PHONE], [PHONE] or [PHONE]"),
    ],
)
def test_personal_data_of_a_known_form_is_masked(text: str, masked: str) -> None:
    found, counts = pii.mask(text)
    assert found == masked
    assert sum(counts.values()) == masked.count("[")


@pytest.mark.parametrize(
    "text",
    [
        "in 2024-05-06 at 10:20:30 there were 1000000 of 12 345 678",
        "pi is 3.14159265, version 1.2.3.4.5, std::vector, 1945-1992",
        "ISBN 978-3-16-148410-0",
        "",
    ],
)
def test_what_only_looks_like_it_is_kept(text: str) -> None:
    assert pii.mask(text) == (text, {})


@settings(deadline=None)
@given(st.text(max_size=400))
def test_masking_takes_any_text_and_masks_nothing_twice(text: str) -> None:
    once, _ = pii.mask(text)
    assert pii.mask(once)[0] == once


# Pieces of what the patterns look for, so that what they find, and nearly find, comes up often.
PIECES = st.sampled_from(
    [
        "@ada",
        "@",
        "a@b.example",
        " (at) ",
        " (dot) ",
        "+49 30 ",
        "1234567",
        "12.34.",
        "192.168.1.1",
        "fe80::1",
        "::",
        ":ab:",
        "DE89370400440532013000",
        "4111 1111 1111 1111",
        "12345678Z",
        "X1234567L",
        "RSSMRA85T10A562S",
        "AB123456C",
        "-",
        " ",
        "536-90-4399",
        "BSN 111222333",
        "86095742719",
        "[EMAIL]",
        "é",
        "٣٤٥٦٧٨٩",
        "/",
        ".",
        "x",
        "2024-05-06",
        " 06.05.2024 ",
        "+",
        "https://",
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.lists(PIECES | st.text(max_size=3), max_size=8).map("".join), max_size=5))
def test_a_column_is_masked_as_its_texts_are(texts: list[str]) -> None:
    """The prefilters that keep Python away from most texts keep it away from none that it would have changed."""
    column = PatternMasker().mask(pa.array(texts, pa.large_string()))
    one_by_one = [pii.mask(text) for text in texts]
    assert column.texts.to_pylist() == [text for text, _ in one_by_one]
    assert [{each["kind"]: each["count"] for each in finds} for finds in column.finds().to_pylist()] == [
        counts for _, counts in one_by_one
    ]


def test_a_plugged_in_model_finds_names_after_the_patterns() -> None:
    class Analyzer:
        def analyze(self, *, text: str, language: str, entities: list[str]) -> list[SimpleNamespace]:
            start = text.find("Grace Hopper")
            return [SimpleNamespace(start=start, end=start + 12, entity_type="PERSON", score=0.9)] if start >= 0 else []

    texts = pa.array(["Grace Hopper, +1 202 555 0143", "Bonjour Grace Hopper"], pa.large_string())
    masked = PresidioMasker(Analyzer()).mask(texts, pa.array(["en", "fr"]))
    assert masked.texts.to_pylist() == ["[PERSON], [PHONE]", "Bonjour Grace Hopper"]
    assert {each["kind"] for each in masked.finds()[0].as_py()} == {"PERSON", "PHONE"}


@settings(deadline=None)  # the model is loaded by the first
@given(st.text(max_size=200))
def test_language_takes_any_text(text: str) -> None:
    code, score = language.identify(text)
    assert code and 0 <= score <= 1


def test_keys_differ_by_recipient_and_by_secret() -> None:
    one = PseudonymKeys.derive(root_secret="a", key_id="1")
    others = [PseudonymKeys.derive(root_secret="a", key_id="2"), PseudonymKeys.derive(root_secret="b", key_id="1")]
    assert one == PseudonymKeys.derive(root_secret="a", key_id="1")
    assert len({keys.author(7) for keys in (one, *others)} | {one.opaque("status", 7), one.opaque("consent", 7)}) == 5
    assert 0 <= bucket_of(one.author(7)) < BUCKETS
    with pytest.raises(ValueError, match="empty"):
        PseudonymKeys.derive(root_secret="", key_id="1")
