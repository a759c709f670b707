"""What trends, and what no longer does."""

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from feed.jobs.trends import refresh_trends
from feed.models import PreviewCard, Profile, Status, Tag, Trend
from feed.operations.statuses import delete_status
from tests.feed.inhabitants import InProcess, person, says

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(settings: Any) -> None:
    """Three people are many here."""
    settings.TRENDS_LEAST_PEOPLE = 3


def _get(path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Client().get(path).json()
    return found


def test_tags_and_links_that_many_people_share() -> None:
    """People count, not uses; restricted ones do not; a link has its timeline while it trends."""
    people = [person(f"person{number}") for number in range(5)]
    url = "https://example.org/news"
    card = PreviewCard.objects.create(
        url=url, url_sha256=hashlib.sha256(url.encode()).digest(), state=PreviewCard.State.READY, title="News"
    )
    for one in people[:4]:
        says(one, "#many")
    for _ in range(4):
        says(people[0], "#loud")
    for one in people[:3]:
        Status.objects.filter(pk=says(one, "#three see").pk).update(card=card)
    refresh_trends()
    assert (
        [one["name"] for one in _get("/api/v1/trends/tags")]
        == ["many", "three"]
        == [one["name"] for one in _get("/api/v1/trends")]
    )
    assert Tag.objects.get(name="many").accounts == 4 and Tag.objects.get(name="loud").accounts == 1
    answer = Client().get("/api/v1/trends/tags?limit=1")
    assert "offset=1" in answer["Link"] and answer.json()[0]["history"][0]["accounts"] == "4"
    assert [one["name"] for one in _get("/api/v1/trends/tags?limit=1&offset=1")] == ["three"]
    links = _get("/api/v1/trends/links")
    assert [(one["url"], one["history"][0]["uses"]) for one in links] == [(url, "3")]
    assert len(_get(f"/api/v1/timelines/link?url={url}")) == 3
    assert Client().get("/api/v1/timelines/link?url=https://example.org/other").status_code == 404
    Profile.objects.filter(pk__in=people[2:4]).update(restriction=Profile.Restriction.LIMITED)
    Trend.objects.all().delete()
    refresh_trends()
    assert _get("/api/v1/trends/tags") == [] == _get("/api/v1/trends/links")


def test_trends_fade() -> None:
    """What nobody takes up again halves every four hours, and goes."""
    for number in range(4):
        says(person(f"person{number}"), "#many")
    refresh_trends()
    first = Trend.objects.get(subject="many").score
    Status.objects.update(deleted_at=timezone.now())
    Trend.objects.update(peak_at=timezone.now() - dt.timedelta(hours=4))
    refresh_trends()
    assert Trend.objects.get(subject="many").score == pytest.approx(first / 2, rel=0.01)
    Trend.objects.update(peak_at=timezone.now() - dt.timedelta(hours=40))
    refresh_trends()
    assert not Trend.objects.exists()


def test_statuses_that_many_like() -> None:
    """Neither those with a warning nor replies; a deleted one, or a blocked author's, is not shown."""
    author, reader = person("author"), InProcess(person("reader"))
    liked, warned = says(author, "good"), says(author, "good", spoiler_text="warning")
    reply, more = says(author, "good", in_reply_to_id=liked.pk), says(author, "better")
    Status.objects.filter(pk__in=[liked.pk, warned.pk, reply.pk]).update(favourites_count=2, reblogs_count=2)
    Status.objects.filter(pk=more.pk).update(favourites_count=9)
    refresh_trends()
    assert [int(one["id"]) for one in _get("/api/v1/trends/statuses")] == [more.pk, liked.pk]
    delete_status(account_id=author, status_id=more.pk)
    assert [int(one["id"]) for one in _get("/api/v1/trends/statuses")] == [liked.pk]
    reader.post(f"/api/v1/accounts/{author}/block")
    assert reader.get("/api/v1/trends/statuses") == []
