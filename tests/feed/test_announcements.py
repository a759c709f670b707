"""Announcements: written by the operators, read, put aside and reacted to."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.test import RequestFactory
from django.utils import timezone

from feed.jobs import stream
from feed.jobs.announcements import tell_published
from feed.models import Announcement
from feed.operations.announcements import is_emoji
from tests.feed.inhabitants import InProcess, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    """Event and payload of everything that is told."""
    heard: list[tuple[str, str | None]] = []
    monkeypatch.setattr(
        stream, "publish", lambda messages: heard.extend((one.event, one.payload) for _, one in messages)
    )
    return heard


def test_from_the_operators_page_to_its_end(told: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    """A draft is nobody's; what is out is told, read, put aside; taken back, it is told too."""
    ann, page, request = InProcess(person("ann")), site.get_model_admin(Announcement), RequestFactory().post("/")
    row = Announcement(text="Hello @ann, see #news")
    with django_capture_on_commit_callbacks(execute=True):
        page.save_model(request, row, None, change=False)
    assert ann.get("/api/v1/announcements") == []
    row.published_at = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        page.save_model(request, row, None, change=True)
    tell_published()
    assert [event for event, _ in told] == ["announcement.delete", "announcement"]
    shown = ann.get("/api/v1/announcements")[0]
    assert shown["id"] == str(row.pk) and 'class="mention hashtag"' in shown["content"] and shown["read"] is False
    assert [one["acct"] for one in shown["mentions"]] == ["ann"] and [one["name"] for one in shown["tags"]] == ["news"]
    path = f"/api/v1/announcements/{row.pk}"
    assert ann.post(f"{path}/dismiss") == {} == ann.post(f"{path}/dismiss")
    assert ann.get("/api/v1/announcements") == []
    assert ann.get("/api/v1/announcements", with_dismissed="true")[0]["read"] is True
    with django_capture_on_commit_callbacks(execute=True):
        page.delete_model(request, row)
    assert told[-1][0] == "announcement.delete" and ann.refused("post", f"{path}/dismiss")[0] == 404
    over = timezone.now() - dt.timedelta(hours=1)
    Announcement.objects.create(text="over", published_at=over, ends_at=over)
    assert ann.get("/api/v1/announcements") == []


def test_reactions(told: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    """Emojis alone, each once for each person, eight kinds at most."""
    ann, bob = InProcess(person("ann")), InProcess(person("bob"))
    row = Announcement.objects.create(text="Hello", published_at=timezone.now())
    path = f"/api/v1/announcements/{row.pk}/reactions"
    with django_capture_on_commit_callbacks(execute=True):
        assert ann.put(f"{path}/🎉") == {} == bob.put(f"{path}/🎉")
    assert told[-1][0] == "announcement.reaction" and '"count":2' in told[-1][1]
    assert ann.refused("put", f"{path}/🎉") == (422, "Duplicate record")
    unknown = "Validation failed: Name is not a recognized emoji"
    assert ann.refused("put", f"{path}/word") == (422, unknown) == ann.refused("put", f"{path}/%00")
    assert bob.delete(f"{path}/🎉") == {}
    assert bob.refused("delete", f"{path}/🎉") == (404, "Record not found")
    assert ann.get("/api/v1/announcements")[0]["reactions"] == [{"name": "🎉", "count": 1, "me": True}]
    for one in "😀😁😂😃😄😅😆":
        bob.put(f"{path}/{one}")
    assert bob.refused("put", f"{path}/😇")[0] == 422 and bob.put(f"{path}/🎉") == {}
    assert InProcess(person("cid", admitted=False)).refused("put", f"{path}/😀")[0] == 403
    assert InProcess(ann.account_id, scopes="read").refused("put", f"{path}/😀")[0] == 403


def test_what_is_an_emoji() -> None:
    """Symbols with their joiners, flags and keycaps."""
    assert all(is_emoji(one) for one in ("👍", "👍🏽", "❤️", "👨‍👩‍👧", "🇩🇪", "1️⃣", "☕"))
    assert not any(is_emoji(one) for one in ("", "a", "👍a", "1", "\u200d", "+", "x" * 50))
