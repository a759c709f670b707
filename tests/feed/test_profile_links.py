"""Links of a profile that its owner's pages link back to."""

from typing import Any

import pytest
from django.test import override_settings

from feed.engines.profile_links import names_as_me
from feed.engines.safe_fetch import Fetched, FetchRefusedError
from feed.jobs import verify_links as job
from feed.models import Profile
from tests.feed.person import Person, person

pytestmark = [pytest.mark.django_db]
OWN = "https://grace.example.org/"
PROFILE = "https://humans.example/@grace"


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch, settings: Any) -> dict[str, bytes | FetchRefusedError]:
    """What stands where on the web, in place of the fetching that tests/feed/test_link_cards.py looks at."""
    settings.LINK_CARDS = True
    found: dict[str, bytes | FetchRefusedError] = {}

    def fetch(url: str, **_: object) -> Fetched:
        page = found.get(url, FetchRefusedError("answered 404", lasting=True))
        if isinstance(page, FetchRefusedError):
            raise page
        return Fetched(url=url, content_type="text/html", charset="utf-8", body=page)

    monkeypatch.setattr(job, "fetch", fetch)
    return found


def _write(author: Person, **fields: str) -> None:
    pairs = [{"name": name, "value": value} for name, value in fields.items()]
    author.call("PATCH", "/api/v1/accounts/update_credentials", {"fields_attributes": pairs})


def _verified(author: Person) -> dict[str, bool]:
    shown = author.get(f"/api/v1/accounts/{author.id}")["fields"]
    return {field["name"]: field["verified_at"] is not None for field in shown if field["name"] != "Personhood"}


def _me(author: Person) -> bytes:
    url = author.get(f"/api/v1/accounts/{author.id}")["url"]
    return f'<html><body><a class="u" rel="nofollow ME" href="{url}/">me</a>'.encode()


def _sweep() -> None:
    for account_id in job.profiles_with_links_to_verify():
        job.verify_links(account_id)


def _time_passes() -> None:
    Profile.objects.update(links_tried_at=None)


def test_a_page_that_links_back_is_verified_and_stays_so_until_it_is_changed(
    pages: dict[str, bytes | FetchRefusedError],
) -> None:
    """In the source that its owner edits, too; any other page and text is not."""
    author = person("grace")
    pages[OWN], pages["https://other.example.org/"] = _me(author), b'<a rel="me" href="https://elsewhere.example">'
    _write(author, Site=OWN, Other="https://other.example.org/", Plain="http://plain.example.org/", Text=f"at {OWN}")
    assert not any(_verified(author).values())
    _sweep()
    assert _verified(author) == {"Site": True, "Other": False, "Plain": False, "Text": False}
    assert job.profiles_with_links_to_verify() == []
    own = author.get("/api/v1/accounts/verify_credentials")["source"]["fields"]
    assert own[0]["verified_at"] and own[1]["verified_at"] is None

    pages.clear()
    _write(author, Homepage=OWN)
    assert _verified(author) == {"Homepage": True}
    _write(author, Homepage="https://new.example.org/")
    _sweep()
    assert _verified(author) == {"Homepage": False}


def test_a_page_that_does_not_answer_is_asked_again_and_given_up(
    pages: dict[str, bytes | FetchRefusedError],
) -> None:
    """Three times; and no two workers are at one profile."""
    author = person("grace")
    pages[OWN] = FetchRefusedError("no answer", lasting=False)
    _write(author, Site=OWN)
    _sweep()
    assert job.profiles_with_links_to_verify() == [], "somebody is at it, or was a moment ago"
    _time_passes()
    pages[OWN] = _me(author)
    _sweep()
    assert _verified(author) == {"Site": True}
    pages[OWN + "blog"] = FetchRefusedError("no answer", lasting=False)
    _write(author, Blog=OWN + "blog")
    for _ in range(job.MOST_ATTEMPTS):
        assert job.profiles_with_links_to_verify() == [author.id]
        _sweep()
        _time_passes()
    assert job.profiles_with_links_to_verify() == []


def test_nothing_is_fetched_where_the_operator_says_so(pages: dict[str, bytes | FetchRefusedError]) -> None:
    """The setting of link cards is the setting of these pages."""
    author = person("grace")
    pages[OWN] = _me(author)
    _write(author, Site=OWN)
    with override_settings(LINK_CARDS=False):
        _sweep()
    assert _verified(author) == {"Site": False}


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (f'<link href="{PROFILE}" rel="me">', True),
        (f"<A REL='me author' HREF={PROFILE}/>me</A>", True),
        (f'<a href="{PROFILE}">', False),
        (f'<a rel="me" href="{PROFILE}2">', False),
        (f'<!-- <a rel="me" href="{PROFILE}"> -->', False),
        (f'<script>"<a rel=me href={PROFILE}>"</script>', False),
        ('<a rel="me" href="http://[broken">', False),
        ("\0<![x", False),
    ],
)
def test_only_a_link_that_says_me_to_this_profile_counts(page: str, names: bool) -> None:
    """Whatever else stands on the page."""
    assert names_as_me(page.encode(), url=OWN, charset="", profile=PROFILE) is names
