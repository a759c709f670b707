"""What is found, by whom, and what is not."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from feed.models import Profile, Status
from feed.operations.profiles import ProfileChanges, update_profile
from tests.feed.inhabitants import InProcess, follows, person, says

pytestmark = pytest.mark.django_db


def _found(caller: InProcess, query: str, **more: Any) -> list[int]:
    answer = caller.get("/api/v2/search", q=query, type="statuses", **more)
    assert answer["accounts"] == answer["hashtags"] == []
    return [int(one["id"]) for one in answer["statuses"]]


def test_statuses_by_words_stems_beginnings_and_phrases() -> None:
    """A stem finds its other forms in the status's own language; a beginning finds the word; quotes keep the order."""
    author, reader = person("author"), InProcess(person("reader"))
    running = says(author, "Running through the forest", language="en")
    german = says(author, "Zwei Häuser am See", language="de")
    warned = says(author, "no more", spoiler_text="Elections", language="en")
    plain = says(author, "forest running, said nobody", language="ja")
    assert _found(reader, "runs") == [running.pk]
    assert _found(reader, "haus") == [german.pk]
    assert _found(reader, "fore") == [plain.pk, running.pk]
    assert _found(reader, "election") == [warned.pk]
    assert _found(reader, '"forest running"') == [plain.pk]
    assert _found(reader, "forest -nobody") == [running.pk]
    assert _found(reader, "-nobody") == [] == _found(reader, "!!! '':*& \\") == _found(reader, "nowhere")
    assert _found(reader, "forest", limit=1, offset=1) == [running.pk]
    assert _found(reader, "forest", max_id=plain.pk) == [running.pk]
    assert _found(reader, "forest", min_id=running.pk, account_id=author) == [plain.pk]
    assert _found(reader, "forest", account_id=reader.account_id) == []
    running.deleted_at = running.created_at
    running.save()
    assert _found(reader, "runs") == []


def test_nobody_finds_what_they_may_not_see() -> None:
    """Nor the public words of those who do not want to be found, unless spoken to or kept."""
    author, reader, stranger = person("author"), InProcess(person("reader")), InProcess(person("stranger"))
    follows(reader.account_id, author)
    private = says(author, "oranges", visibility="private")
    direct = says(author, "@reader oranges", visibility="direct")
    unlisted = says(author, "oranges", visibility="unlisted")
    assert _found(reader, "oranges") == [direct.pk] and _found(stranger, "oranges") == []
    assert _found(InProcess(author), "oranges") == [unlisted.pk, direct.pk, private.pk]
    public = says(author, "oranges")
    assert _found(stranger, "oranges") == [public.pk]
    Profile.objects.filter(pk=author).update(indexable=False)
    assert _found(stranger, "oranges") == []
    stranger.post(f"/api/v1/statuses/{public.pk}/bookmark")
    assert _found(stranger, "oranges") == [public.pk] == _found(stranger, "in:library oranges")


def test_conditions() -> None:
    """As in Mastodon: from, has, is, language, before, after, during, and their opposites."""
    author, other = person("author"), person("other")
    reader = InProcess(person("reader"))
    top = says(author, "apples", language="en")
    reply = says(other, "apples", in_reply_to_id=top.pk, language="de")
    day = top.created_at.date().isoformat()
    assert _found(reader, "apples from:author") == [top.pk] and _found(reader, "apples from:nobody") == []
    assert _found(reader, "apples is:reply") == [reply.pk] and _found(reader, "apples -is:reply") == [top.pk]
    assert _found(reader, "apples language:de") == [reply.pk] and _found(reader, "from:other") == [reply.pk]
    assert _found(reader, f"apples during:{day}") == [reply.pk, top.pk] == _found(reader, "apples after:2020-01-01")
    assert _found(reader, f"apples before:{day}") == [] == _found(reader, "apples has:poll")
    assert _found(reader, "apples before:never") == []


def test_accounts_and_hashtags() -> None:
    """Names by their beginning, what people call themselves by its words; tags by their beginning."""
    ann, other = person("annabel"), person("other")
    reader = InProcess(person("reader"))
    update_profile(account_id=other, changes=ProfileChanges(display_name="The Annoying One"))
    follows(reader.account_id, other)
    says(ann, "#annual #annals_2 #more")

    def found(query: str, **more: Any) -> list[list[str]]:
        answer = reader.get("/api/v2/search", q=query, **more)
        return [[one["acct"] for one in answer["accounts"]], [one["name"] for one in answer["hashtags"]]]

    assert found("ann") == [["other", "annabel"], ["annals_2", "annual"]]
    assert found("@annabel@" + settings.HOSTNAME) == [["annabel"], []]
    assert found("#ANNU") == [[], ["annual"]]
    assert found("ann", following="true", type="accounts") == [["other"], []]
    assert found("ann", type="hashtags", offset=1) == [[], ["annual"]]
    assert found("ann", offset=1)[0] == ["other", "annabel"]
    Profile.objects.filter(pk=ann).update(discoverable=False)
    assert found("annab")[0] == [] and found("annabel")[0] == ["annabel"]
    assert reader.get("/api/v1/search", q="annu")["hashtags"] == ["annual"]
    status = Status.objects.get(account_id=ann)
    there = reader.get("/api/v2/search", q=f"{settings.PUBLIC_URL}/@annabel/{status.pk}", resolve="true")
    assert [one["id"] for one in there["statuses"]] == [str(status.pk)] and there["accounts"] == []


def test_without_a_token() -> None:
    """Accounts and tags are open; pages, and addresses elsewhere, are not."""
    says(person("ann"), "#annual words")
    answer = Client().get("/api/v2/search", {"q": "ann"}).json()
    assert [one["acct"] for one in answer["accounts"]] == ["ann"] and answer["statuses"] == []
    assert "following" not in answer["hashtags"][0]
    for refused in ("type=accounts&offset=1", "resolve=true"):
        assert Client().get(f"/api/v2/search?q=ann&{refused}").status_code == 401
    for odd in ("", "q=", "q=%23", "q=@", "q=%22", "q=a:b%20-c:d%20from:"):
        assert Client().get(f"/api/v2/search?{odd}").status_code == 200
    narrow = InProcess(person("bob"), scopes="write")
    assert narrow.refused("get", "/api/v2/search?q=ann")[0] == 403


def test_the_index_serves_the_search() -> None:
    """The query's condition is the index's own expression; were it not, every search would read every status."""
    author = person("author")
    Status.objects.bulk_create([Status(account_id=author, text=f"word{number}") for number in range(2000)])
    with connection.cursor() as cursor:
        cursor.execute("analyze feed_status")
        cursor.execute(
            "explain select id from feed_status where feed_search_vector(feed_status.language, feed_status.spoiler_text,"
            " feed_status.text) @@ 'cat'::tsquery and deleted_at is null and reblog_of_id is null"
        )
        assert "status_text" in str(cursor.fetchall())
