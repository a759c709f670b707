"""The table of Mastodon's endpoints in docs/api.md says what is there."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from feed.api.instance import UnknownView

ROW = re.compile(r"^\| `(GET|POST|PUT|PATCH|DELETE) (/[^`]*)` \| (yes|no) \|", re.MULTILINE)
EXAMPLES = {"id": "117", "quote": "118", "name": "word", "group": "favourite-117", "emoji": "x"}
ENDPOINTS = ROW.findall((Path(__file__).parent.parent.parent / "docs" / "api.md").read_text())
# Answered beside Django by an application of their own (tests/feed/test_streaming.py).
STREAMING = "/api/v1/streaming"


def answers(method: str, address: str) -> bool:
    """Whether some view takes the method at the address."""
    concrete = re.sub(r":(\w+)", lambda found: EXAMPLES[found.group(1)], address)
    try:
        view: Any = resolve(concrete).func
    except Resolver404:
        return False
    made = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if made is not None:
        return made is not UnknownView and hasattr(made, method.lower())
    by_method = [cell.cell_contents for cell in view.__closure__ or () if isinstance(cell.cell_contents, dict)]
    return method in by_method[0] if by_method else True


@pytest.mark.parametrize(("method", "address", "state"), ENDPOINTS)
def test_what_the_table_says_is_so(method: str, address: str, state: str) -> None:
    if not address.startswith(STREAMING):
        assert answers(method, address) is (state == "yes")


def test_the_table_is_whole() -> None:
    assert len(ENDPOINTS) > 200
    assert len(set(ENDPOINTS)) == len(ENDPOINTS)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api/v1/annual_reports", "/api/v1_alpha/async_refreshes/1", "/api/oembed?url=x"])
def test_what_is_not_there_is_answered_in_mastodons_words(address: str) -> None:
    missing = Client().get(address)
    assert missing.status_code == 404
    assert set(missing.json()) >= {"error"}
