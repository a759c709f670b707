"""Posting, reading and deleting, over the API."""

from typing import Any

import httpx
import pytest

from feed.models import MediaAttachment, Status
from feed.operations.restrictions import restore_status, restrict_account, withhold_status
from tests.clients.people import Caller, join

pytestmark = [pytest.mark.stack]


def _sees(caller: Caller | httpx.Client, status_id: str) -> bool:
    answer = caller.get(f"/api/v1/statuses/{status_id}")
    assert answer.status_code in {200, 404}
    return answer.status_code == 200


def test_without_personhood_one_reads_and_does_not_write(http: httpx.Client) -> None:
    """The gate: every write answers 403 with a sentence and where to enrol."""
    writer, newcomer = join(http, "writer"), join(http, "newcomer", admitted=False)
    said = writer.say("hello")
    assert newcomer.home() == [] and _sees(newcomer, said)
    for path, body in (
        ("/api/v1/statuses", {"status": "let me in"}),
        (f"/api/v1/accounts/{writer.account_id}/follow", {}),
    ):
        refused = newcomer.post(path, **body)
        assert refused.status_code == 403
        assert "/api/humankind/v1/enrolments" in refused.json()["error"]
    assert Status.objects.filter(account_id=newcomer.account_id).count() == 0


def test_who_sees_what(http: httpx.Client) -> None:
    """Private is for followers, direct for those it speaks to; to all others neither exists."""
    author, follower, named, stranger = (join(http, name) for name in ("author", "follower", "named", "stranger"))
    follower.follow(author)
    ids = {
        visibility: author.say("for @named" if visibility == "direct" else "words", visibility=visibility)
        for visibility in ("public", "unlisted", "private", "direct")
    }
    seen = {
        name: {visibility for visibility, one in ids.items() if _sees(caller, one)}
        for name, caller in (
            ("author", author),
            ("follower", follower),
            ("named", named),
            ("stranger", stranger),
            ("nobody", http),
        )
    }
    assert seen == {
        "author": {"public", "unlisted", "private", "direct"},
        "follower": {"public", "unlisted", "private"},
        "named": {"public", "unlisted", "direct"},
        "stranger": {"public", "unlisted"},
        "nobody": {"public", "unlisted"},
    }
    listed = stranger.get(f"/api/v1/accounts/{author.account_id}/statuses").json()
    assert {one["id"] for one in listed} == {ids["public"], ids["unlisted"]}
    assert [one["id"] for one in http.get("/api/v1/timelines/public").json()] == [ids["public"]]
    for hidden in ("private", "direct"):
        assert stranger.get(f"/api/v1/statuses/{ids[hidden]}/context").status_code == 404
        assert stranger.post("/api/v1/statuses", status="re", in_reply_to_id=ids[hidden]).status_code == 404
    assert stranger.client.delete(f"/api/v1/statuses/{ids['public']}", headers=stranger.headers).status_code == 404
    assert [one["status"]["id"] for one in named.get("/api/v1/notifications", include_filtered="true").json()] == [
        ids["direct"]
    ]


def test_a_private_reply_leaks_nothing_into_the_thread(http: httpx.Client) -> None:
    """A thread shows each reader what they may see, and counts only what is open."""
    author, stranger = join(http, "author"), join(http, "stranger")
    top = author.say("top")
    author.say("secret", visibility="private", in_reply_to_id=top)
    answer = author.say("open", in_reply_to_id=top)
    below = stranger.get(f"/api/v1/statuses/{top}/context").json()["descendants"]
    assert [one["id"] for one in below] == [answer]
    assert stranger.get(f"/api/v1/statuses/{top}").json()["replies_count"] == 1


def test_a_retry_with_its_key_posts_once(http: httpx.Client) -> None:
    """The first answer comes again; the key with another text is refused."""
    author = join(http, "author")
    first = author.post("/api/v1/statuses", key="k-1", status="once")
    again = author.post("/api/v1/statuses", key="k-1", status="once")
    assert first.json() == again.json() and again.headers["Idempotency-Replayed"] == "true"
    assert author.post("/api/v1/statuses", key="k-1", status="twice").status_code == 422
    assert Status.objects.filter(account_id=author.account_id).count() == 1


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        ({"status": ""}, 422, "blank"),
        ({"status": "   \n"}, 422, "blank"),
        ({"status": "x" * 501}, 422, "500"),
        ({"status": "x" * 400, "spoiler_text": "y" * 101}, 422, "500"),
        ({"status": "a\0b"}, 422, "null"),
        ({"status": ["a"]}, 422, "status"),
        ({"status": "x", "visibility": "everyone"}, 422, "visibility"),
        ({"status": "x", "language": "<script>"}, 422, "language"),
        ({"status": "x", "in_reply_to_id": "12"}, 404, "not found"),
        ({"status": "x", "in_reply_to_id": "one"}, 422, "in_reply_to_id"),
        ({"status": "x", "in_reply_to_id": "9" * 25}, 422, "in_reply_to_id"),
        ({"status": "x", "media_ids": ["1"]}, 422, "media"),
        ({"status": "x", "media_ids": [str(one) for one in range(1, 6)]}, 422, "4"),
        ({"status": "x", "media_ids": [str(one) for one in range(200)]}, 422, "100"),
        ({"status": "x", "humankind": {"made_by": "ghost"}}, 422, "made_by"),
    ],
)
def test_bad_input_is_named(http: httpx.Client, body: dict[str, Any], code: int, named: str) -> None:
    """Each fault has the right status code and a sentence that names it or its limit."""
    author = join(http, "author")
    answer = author.post("/api/v1/statuses", **body)
    assert answer.status_code == code, answer.text
    assert named in answer.json()["error"]


def test_broken_bodies_and_odd_addresses_are_refused_in_json(http: httpx.Client) -> None:
    """Nothing a client sends makes an error page."""
    author = join(http, "author")
    headers = {**author.headers, "Content-Type": "application/json"}
    assert http.post("/api/v1/statuses", content=b"{", headers=headers).status_code == 400
    assert http.post("/api/v1/statuses", content=b"[1]", headers=headers).status_code == 400
    for path in ("/api/v1/statuses/99999999999999999999", "/api/v1/nothing", "/api/v1/accounts/0"):
        answer = author.get(path)
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
    assert author.get("/api/v1/timelines/home", limit="0").status_code == 422
    assert author.get("/api/v1/timelines/home", max_id="x").status_code == 422
    assert http.get("/api/v1/timelines/home").json() == {"error": "The access token is invalid"}


def test_rails_names_in_forms_and_addresses(http: httpx.Client) -> None:
    """`media_ids[]`, `id[]` and nested names mean what they mean to Mastodon."""
    author, other = join(http, "author"), join(http, "other")
    form = {"status": "form", "humankind[made_by]": "assisted", "humankind[for_training]": "false", "media_ids[]": []}
    answer = http.post("/api/v1/statuses", data=form, headers=author.headers).json()
    assert answer["humankind"] == {"made_by": "assisted", "for_training": False}
    found = author.get("/api/v1/accounts/relationships", **{"id[]": [other.account_id, author.account_id]}).json()
    assert [one["id"] for one in found] == [str(other.account_id), str(author.account_id)]


def test_what_a_machine_made_is_never_called_human(http: httpx.Client) -> None:
    """A generated image is labelled, and makes a status at least `assisted`; a declared bot posts as a machine."""
    author = join(http, "author")
    image = MediaAttachment.objects.create(
        account_id=author.account_id,
        source=MediaAttachment.Source.GENERATED,
        digital_source_type="algorithmicMedia",
        file="generated/x.png",
        content_type="image/png",
        width=64,
        height=64,
        size=100,
        sha256="0" * 64,
    )
    posted = author.post("/api/v1/statuses", status="look", media_ids=[str(image.pk)]).json()
    assert posted["humankind"]["made_by"] == "assisted"
    label = posted["media_attachments"][0]["humankind"]
    assert label["machine_made"] is True and label["digital_source_type"].endswith("algorithmicMedia")
    assert author.post("/api/v1/statuses", status="again", media_ids=[str(image.pk)]).status_code == 422
    other = join(http, "other")
    assert other.post("/api/v1/statuses", status="mine", media_ids=[str(image.pk)]).status_code == 422
    http.patch("/api/v1/accounts/update_credentials", data={"bot": "true"}, headers=author.headers)
    assert author.post("/api/v1/statuses", status="beep").json()["humankind"]["made_by"] == "machine"


def test_an_account_shows_its_personhood(http: httpx.Client) -> None:
    """Namespaced for those who know of it, a profile field for those who do not; a simulated account is never ticked."""
    author = join(http, "author")
    me = author.get(f"/api/v1/accounts/{author.account_id}").json()
    assert me["humankind"]["personhood"]["level"] == "simulated"
    assert me["fields"][0]["name"] == "Personhood" and me["fields"][0]["verified_at"] is None
    assert me["bot"] is True
    assert author.get("/api/v1/accounts/lookup", acct="AUTHOR").json()["id"] == me["id"]


def test_moderation_takes_effect_with_the_next_read_and_is_undone(http: httpx.Client) -> None:
    """Withheld: gone for all but the author, who is told why. Suspended: no statuses shown, no writes."""
    author, reader = join(http, "author"), join(http, "reader")
    reader.follow(author)
    said = author.say("hm")
    withhold_status(status_id=int(said), notice={"effect": "withhold_status", "facts": "It was spam."})
    assert said not in reader.home() and not _sees(reader, said) and _sees(author, said)
    warning = author.get("/api/v1/notifications", **{"types[]": "moderation_warning"}).json()[0]
    assert warning["moderation_warning"]["text"] == "It was spam."
    restore_status(status_id=int(said))
    assert _sees(reader, said)
    restrict_account(account_id=author.account_id, restriction="suspended", notice=None)
    assert not _sees(reader, said) and reader.home() == []
    assert "suspended" in author.post("/api/v1/statuses", status="still here").json()["error"]
    restrict_account(account_id=author.account_id, restriction="", notice=None)
    assert _sees(reader, said)


def test_every_answer_says_what_is_left_of_the_rate_limit(http: httpx.Client) -> None:
    """Mastodon's three headers, counting down."""
    author = join(http, "author")
    left = [int(author.get("/api/v1/preferences").headers["X-RateLimit-Remaining"]) for _ in range(2)]
    assert left[1] == left[0] - 1
    assert {"X-RateLimit-Limit", "X-RateLimit-Reset"} <= {
        name.title().replace("Ratelimit", "RateLimit") for name in author.get("/api/v1/preferences").headers
    }
