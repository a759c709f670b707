"""Hashtags over the API: their timelines, their follows and features, and how much they are used."""

import re

import pytest

from tests.feed.inhabitants import InProcess, person, says

pytestmark = pytest.mark.django_db


def test_the_timeline_of_a_tag() -> None:
    """Public statuses alone, whatever their letters' case; any, all and none choose further; pages link on."""
    author = person("author")
    reader = InProcess(person("reader"))
    cat, both, dog = says(author, "#Cat"), says(author, "#cat #dog"), says(author, "#dog")
    says(author, "#cat", visibility="unlisted")
    reply = says(author, "#cat again", in_reply_to_id=cat.pk)

    def shown(**parameters: object) -> list[int]:
        return [int(one["id"]) for one in reader.get("/api/v1/timelines/tag/CAT", **parameters)]

    assert shown() == [reply.pk, both.pk, cat.pk]
    assert shown(**{"any[]": ["dog"]}) == [reply.pk, dog.pk, both.pk, cat.pk]
    assert shown(**{"all[]": ["#Dog"]}) == [both.pk]
    assert shown(**{"none[]": ["dog"]}) == [reply.pk, cat.pk]
    assert shown(local="true", limit=1) == [reply.pk]
    assert shown(remote="true") == [] == shown(only_media="true")
    assert shown(min_id=cat.pk, limit=1) == [both.pk]
    link = reader.answer("/api/v1/timelines/tag/cat", **{"any[]": ["dog"], "limit": 2})["Link"]
    older = re.findall(r"<([^>]*)>", link)[0]
    assert [int(one["id"]) for one in reader.get(older)] == [both.pk, cat.pk]
    assert reader.get("/api/v1/timelines/tag/1234") == []


def test_following_a_tag() -> None:
    """Following twice is once; the tag tells its use of seven days and how the caller stands to it."""
    reader = InProcess(person("reader", admitted=False))
    says(person("author"), "#cats and #cats")
    tag = reader.post("/api/v1/tags/Cats/follow")
    assert tag["name"] == "cats" and tag["following"] is True and tag["featuring"] is False
    assert len(tag["history"]) == 7 and tag["history"][0]["uses"] == tag["history"][0]["accounts"] == "1"
    assert {day["uses"] for day in tag["history"][1:]} == {"0"}
    assert reader.post("/api/v1/tags/cats/follow") == tag
    other = reader.post("/api/v1/tags/dogs/follow")
    assert reader.get("/api/v1/followed_tags") == [other, tag]
    assert [one["name"] for one in reader.get("/api/v1/followed_tags", limit=1)] == ["dogs"]
    assert reader.post("/api/v1/tags/dogs/unfollow")["following"] is False
    assert reader.get("/api/v1/followed_tags") == [tag]
    assert reader.refused("post", "/api/v1/tags/12/follow") == (404, "Record not found")
    for unusable in ("no%20tag", "%00", "İ" * 100, "a" * 101):
        assert reader.refused("post", f"/api/v1/tags/{unusable}/follow") == (404, "Record not found")


def test_the_addresses_of_a_tag_in_any_script_can_be_followed() -> None:
    """Escaped, as an address is ASCII: in the text, beside it, on the profile and of the tag itself."""
    author = InProcess(person("author"))
    status = author.post("/api/v1/statuses", status="#größe")
    escaped = "/tags/gr%C3%B6%C3%9Fe"
    assert status["tags"][0]["name"] == "größe" and status["tags"][0]["url"].endswith(escaped)
    assert f'{escaped}"' in status["content"] and "<span>größe</span>" in status["content"]
    assert author.get(f"/api/v1{escaped}")["url"] == status["tags"][0]["url"]
    featured = author.post("/api/v1/featured_tags", name="größe")
    assert featured["url"].endswith("/@author/tagged/gr%C3%B6%C3%9Fe")


def test_featured_tags() -> None:
    """Shown on the profile with how often and when they were used last; only those who may write feature any."""
    author = InProcess(person("author"))
    says(author.account_id, "#cats #dogs")
    last = says(author.account_id, "#cats", visibility="unlisted")
    says(author.account_id, "#cats", visibility="private")
    assert [one["name"] for one in author.get("/api/v1/featured_tags/suggestions")] == ["cats", "dogs"]
    made = author.post("/api/v1/featured_tags", name="#Cats")
    assert (made["name"], made["statuses_count"]) == ("cats", "2")
    assert made["last_status_at"] == last.created_at.date().isoformat()
    assert made["url"].endswith("/@author/tagged/cats")
    assert author.post("/api/v1/tags/birds/feature")["featuring"] is True
    assert [one["name"] for one in author.get("/api/v1/featured_tags")] == ["cats", "birds"]
    reader = InProcess(person("reader", admitted=False))
    assert reader.get(f"/api/v1/accounts/{author.account_id}/featured_tags") == author.get("/api/v1/featured_tags")
    assert reader.refused("post", "/api/v1/featured_tags", name="cats")[0] == 403
    assert [one["name"] for one in author.get("/api/v1/featured_tags/suggestions")] == ["dogs"]
    taken = "Validation failed: Name has already been taken"
    assert author.refused("post", "/api/v1/featured_tags", name="cats") == (422, taken)
    assert author.refused("post", "/api/v1/featured_tags", name="12")[0] == 422
    assert author.delete(f"/api/v1/featured_tags/{made['id']}") == {}
    assert author.post("/api/v1/tags/birds/unfeature")["featuring"] is False
    assert author.get("/api/v1/featured_tags") == []
    assert author.refused("delete", f"/api/v1/featured_tags/{made['id']}") == (404, "Record not found")
