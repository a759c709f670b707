"""Filters in both versions of the API, and what of a status they match."""

import pytest

from feed.models import MediaAttachment, Poll
from feed.queries.filters import filters_of
from tests.feed.inhabitants import InProcess, person, says

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader() -> InProcess:
    """Somebody without personhood: filters are one's own affair."""
    return InProcess(person("reader", admitted=False))


def test_a_filter_from_its_making_to_its_end(reader: InProcess) -> None:
    """Keywords are made, changed and removed with their filter and by themselves."""
    words = [{"keyword": "spam", "whole_word": True}, {"keyword": "eggs", "whole_word": False}]
    made = reader.post("/api/v2/filters", title="Food", context=["home", "public"], keywords_attributes=words)
    assert made["filter_action"] == "warn" and made["expires_at"] is None and made["statuses"] == []
    assert [(one["keyword"], one["whole_word"]) for one in made["keywords"]] == [("spam", True), ("eggs", False)]
    assert reader.get("/api/v2/filters") == [made] and reader.get(f"/api/v2/filters/{made['id']}") == made
    spam, eggs = (one["id"] for one in made["keywords"])
    changes = [{"id": spam, "_destroy": True}, {"id": eggs, "keyword": "ham"}, {"keyword": "foo"}]
    changed = reader.put(
        f"/api/v2/filters/{made['id']}", filter_action="hide", expires_in=3600, keywords_attributes=changes
    )
    assert (changed["title"], changed["filter_action"]) == ("Food", "hide") and changed["expires_at"] is not None
    assert [one["keyword"] for one in changed["keywords"]] == ["ham", "foo"]
    extra = reader.post(f"/api/v2/filters/{made['id']}/keywords", keyword="bar", whole_word=False)
    assert reader.put(f"/api/v2/filters/keywords/{extra['id']}", keyword="baz")["keyword"] == "baz"
    assert reader.delete(f"/api/v2/filters/keywords/{eggs}") == {}
    assert [one["keyword"] for one in reader.get(f"/api/v2/filters/{made['id']}/keywords")] == ["foo", "baz"]
    assert reader.put(f"/api/v2/filters/{made['id']}", expires_in=None)["expires_at"] is None
    assert reader.delete(f"/api/v2/filters/{made['id']}") == {} and reader.get("/api/v2/filters") == []


def test_a_form_nests_keywords_as_rails_does(reader: InProcess) -> None:
    """The nth value of each part makes the nth keyword."""
    made = reader.form(
        "/api/v2/filters",
        "title=t&context[]=home&keywords_attributes[][keyword]=foo&keywords_attributes[][whole_word]=false"
        "&keywords_attributes[][keyword]=bar&keywords_attributes[][whole_word]=true",
    )
    assert [(one["keyword"], one["whole_word"]) for one in made["keywords"]] == [("foo", False), ("bar", True)]


def test_what_is_refused(reader: InProcess) -> None:
    """In Mastodon's words, and never anybody else's filter."""
    blank = "Validation failed: Title can't be blank, Context can't be blank, Context None or invalid context supplied"
    assert reader.refused("post", "/api/v2/filters") == (422, blank)
    wrong = "Validation failed: Context None or invalid context supplied"
    assert reader.refused("post", "/api/v2/filters", title="t", context=["kitchen"]) == (422, wrong)
    assert reader.refused("post", "/api/v2/filters", title="\0", context=["home"])[0] == 422
    assert reader.refused("post", "/api/v2/filters", title="t", context=["home"], expires_in=10**30)[0] == 422
    made = reader.post("/api/v2/filters", title="t", context=["home"], keywords_attributes=[{"keyword": "a"}])
    path = f"/api/v2/filters/{made['id']}"
    assert reader.refused("post", f"{path}/keywords") == (422, "Validation failed: Keyword can't be blank")
    assert reader.refused("put", path, keywords_attributes=[{"id": "1", "keyword": "b"}]) == (404, "Record not found")
    other = InProcess(person("other"))
    for method, address in (("put", path), ("delete", path), ("get", f"/api/v1/filters/{made['keywords'][0]['id']}")):
        assert other.refused(method, address) == (404, "Record not found")
    narrow = InProcess(reader.account_id, scopes="read")
    assert narrow.refused("post", "/api/v2/filters", title="t", context=["home"])[0] == 403


def test_the_first_version_knows_one_keyword(reader: InProcess) -> None:
    """A filter of several keywords keeps what they share."""
    made = reader.post("/api/v1/filters", phrase="anime", context=["notifications"], irreversible=False)
    assert (made["phrase"], made["irreversible"], made["whole_word"]) == ("anime", False, True)
    assert reader.get("/api/v1/filters") == [made]
    path = f"/api/v1/filters/{made['id']}"
    changed = reader.put(path, phrase="japanimation", irreversible=True, context=["home"])
    assert (changed["phrase"], changed["irreversible"], changed["context"]) == ("japanimation", True, ["home"])
    group = reader.get("/api/v2/filters")[0]
    assert (group["title"], group["filter_action"]) == ("japanimation", "hide")
    reader.post(f"/api/v2/filters/{group['id']}/keywords", keyword="more")
    status, sentence = reader.refused("put", path, context=["public"])
    assert status == 422 and "more than one filter keyword" in sentence
    assert reader.put(path, whole_word=False)["whole_word"] is False
    assert reader.delete(path) == {} and [one["phrase"] for one in reader.get("/api/v1/filters")] == ["more"]


def test_what_a_filter_matches(reader: InProcess) -> None:
    """Text, content warning, poll options and media; whole words end where words do; the text's own letters come back."""
    author = person("author")
    plain, longer, warned = (
        says(author, "Girugamesh!"),
        says(author, "Girugameshes"),
        says(author, "x", spoiler_text="ANIME"),
    )
    polled, pictured, other = (says(author, text) for text in ("which", "see", "nothing"))
    Poll.objects.create(status=polled, options=["cats", "anime"], counts=[0, 0], expires_at=polled.created_at)
    MediaAttachment.objects.create(
        account_id=author, status=pictured, file="a", width=1, height=1, size=1, description="an anime scene"
    )
    words = [{"keyword": "girugamesh"}, {"keyword": "anime", "whole_word": False}, {"keyword": "#tag"}]
    made = reader.post("/api/v2/filters", title="t", context=["public"], keywords_attributes=words)
    named = reader.post(f"/api/v2/filters/{made['id']}/statuses", status_id=str(longer.pk))
    assert reader.get(f"/api/v2/filters/statuses/{named['id']}") == {"id": named["id"], "status_id": str(longer.pk)}
    shown = {one["id"]: one["filtered"] for one in reader.get("/api/v1/timelines/public")}
    found = {
        status.pk: [(hit["keyword_matches"], hit["status_matches"]) for hit in shown[str(status.pk)]]
        for status in (plain, longer, warned, polled, pictured, other)
    }
    assert found == {
        plain.pk: [(["Girugamesh"], None)],
        longer.pk: [(None, [str(longer.pk)])],
        warned.pk: [(["ANIME"], None)],
        polled.pk: [(["anime"], None)],
        pictured.pk: [(["anime"], None)],
        other.pk: [],
    }
    assert shown[str(plain.pk)][0]["filter"] == {
        "id": made["id"],
        "title": "t",
        "context": ["public"],
        "expires_at": None,
        "filter_action": "warn",
    }
    assert reader.delete(f"/api/v2/filters/statuses/{named['id']}")["id"] == named["id"]
    assert reader.get(f"/api/v1/statuses/{longer.pk}")["filtered"] == []
    private = says(author, "secret", visibility="private")
    assert reader.refused("post", f"/api/v2/filters/{made['id']}/statuses", status_id=str(private.pk))[0] == 404
    reader.put(f"/api/v2/filters/{made['id']}", expires_in=0)
    assert filters_of(reader.account_id) == []
    assert reader.get(f"/api/v1/statuses/{plain.pk}")["filtered"] == []
