"""What a web page says of itself, and how an address in any script is written."""

import pytest

from feed.engines.page_facts import page_facts
from feed.queries.links import as_uri
from tests.feed.web_pages import PAGE


def test_what_a_page_says_of_itself() -> None:
    """OpenGraph first, as plain text; nothing after the head counts."""
    facts = page_facts(PAGE, url="https://example.org/a/b")
    assert (facts.title, facts.description) == ("A <b>title</b>", "What it is about")
    assert (facts.provider_name, facts.language) == ("The Site", "de")
    assert facts.image_url == "https://example.org/picture.png"
    assert facts.published_at and facts.published_at.year == 2026
    plain = page_facts("<title>Grüße</title>".encode("latin-1"), url="https://example.org/", charset="iso-8859-1")
    assert plain.title == "Grüße"
    assert page_facts(b'<meta property="og:image" content="javascript:1"><title>x', url="https://e.org").image_url == ""


@pytest.mark.parametrize(
    "unit", [b"<", b"<!--", b"<a b='", b"<![x[", b"<!doctype [", b"\xff\xfe\0<", b"<meta content='x"]
)
def test_a_hostile_page_is_read_to_its_end(unit: bytes) -> None:
    """Nothing is raised, and nothing grows worse than the page."""
    assert page_facts(unit * (200_000 // len(unit)), url="https://example.org/", charset="rot13").title == ""


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://example.org/a?b=c%20d#e", "https://example.org/a?b=c%20d#e"),
        ("https://example.org/größe?q=ä", "https://example.org/gr%C3%B6%C3%9Fe?q=%C3%A4"),
        ("https://bücher.example:8080/", "https://xn--bcher-kva.example:8080/"),
        ("https://example.org/a[1]|2", "https://example.org/a%5B1%5D%7C2"),
        ("https://[", ""),
        (f"https://{'ü' * 70}.example/", ""),
    ],
)
def test_an_address_in_any_script_has_one_way_to_be_written_in_ascii(written: str, address: str) -> None:
    assert as_uri(written) == address
    assert as_uri(address) == address
