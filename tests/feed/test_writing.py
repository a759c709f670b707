"""What can be posted, and how it is counted and kept."""

from typing import Any

import pytest

from feed.models import MediaAttachment, Profile, Status
from feed.operations.statuses import post_status
from feed.queries.links import links
from feed.queries.status_length import counted_length
from tests.feed.person import Person, person

pytestmark = [pytest.mark.django_db]

STATUSES = "/api/v1/statuses"


@pytest.fixture
def author() -> Person:
    """Somebody who may write."""
    return person("author")


def picture(owner: Person, **more: Any) -> MediaAttachment:
    """An upload that is finished, unless said otherwise."""
    values = {"source": "upload", "file": "p", "content_type": "image/jpeg", "width": 1, "height": 1, "size": 1}
    return MediaAttachment.objects.create(account_id=owner.id, sha256="", **{**values, **more})


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("hello", 5),
        (" tabs\tand\nnewlines\r\n", 19),
        ("check http://example.com and https://example.org/page?x=1#frag", 57),
        ("(see https://example.com.)", 30),
        ("http://user:pass@example.com:8080/path", 38),
        ("http://127.0.0.1:3000/health", 28),
        ("hi @charlie and @dora@example.social!", 22),
        ("@bob@example.com", 4),
        ("b: 👨‍👩‍👧‍👦", 4),
        ("f\u0301", 1),
    ],
)
def test_characters_are_counted_as_mastodon_counts_them(text: str, length: int) -> None:
    """Figures of Mastodon 4's own validator: a link is 23, a mention its name, a family of four one."""
    assert counted_length(text) == length
    assert counted_length(text, "what") == length + 4


def test_a_long_address_fits_and_a_long_text_does_not(author: Person) -> None:
    """What counts is what is counted, not what is stored."""
    address = f"https://example.org/{'x' * 700}"
    assert author.post(STATUSES, status=f"{'a' * 476} {address}")["id"]
    code, sentence = author.refused("POST", STATUSES, status=f"{'a' * 477} {address}")
    assert (code, sentence) == (422, "Validation failed: Text character limit of 500 exceeded")
    assert author.refused("POST", STATUSES, status="e" + "\u0301" * 60_000)[0] == 422


def test_links_end_where_the_sentence_begins_again() -> None:
    """Brackets that an address opened stay, what closes the sentence goes."""
    text = "see (https://en.example.org/A_(b)), https://example.org/x. and http://localhost/"
    assert links(text) == ["https://en.example.org/A_(b)", "https://example.org/x"]


def test_what_is_not_said_is_as_the_author_prefers(author: Person) -> None:
    """Visibility, sensitivity and language come from the preferences; what is said outweighs them."""
    Profile.objects.filter(pk=author.id).update(
        default_visibility="unlisted", default_sensitive=True, default_language="pt"
    )
    said = author.post(STATUSES, status="as always")
    assert (said["visibility"], said["sensitive"], said["language"]) == ("unlisted", True, "pt")
    other = author.post(STATUSES, status="not as always", visibility="public", sensitive=False, language="de")
    assert (other["visibility"], other["sensitive"], other["language"]) == ("public", False, "de")


def test_the_language_is_guessed_where_nobody_says(author: Person) -> None:
    """A sure guess is taken, an unsure one is none."""
    assert author.post(STATUSES, status="Heute regnet es schon den ganzen Tag @author")["language"] == "de"
    assert author.post(STATUSES, status="hm")["language"] is None


def test_a_status_says_which_application_posted_it(author: Person) -> None:
    """As Mastodon shows it: name and website."""
    said = author.post(STATUSES, status="by a client")
    assert said["application"] == {"name": "Client of author", "website": "https://client.example"}


def test_a_warning_alone_becomes_the_text(author: Person) -> None:
    """As in Mastodon; nothing at all is refused."""
    said = author.post(STATUSES, status="", spoiler_text="only this")
    assert (author.get(f"{STATUSES}/{said['id']}/source")["text"], said["spoiler_text"]) == ("only this", "")
    assert author.refused("POST", STATUSES, status=" ", spoiler_text="") == (
        422,
        "Validation failed: Text can't be blank",
    )


def test_only_those_expected_are_mentioned(author: Person) -> None:
    """`allowed_mentions` keeps a text from reaching somebody by mistake, and names whom it would have reached."""
    friend, other = person("friend"), person("other")
    body = {"status": "@friend and @other", "allowed_mentions": [str(friend.id)]}
    answer = author.call("POST", STATUSES, body)
    assert answer.status_code == 422
    assert [one["id"] for one in answer.json()["unexpected_accounts"]] == [str(other.id)]
    assert author.post(STATUSES, status="@friend", allowed_mentions=[str(friend.id)])["mentions"]


def test_only_finished_media_of_ones_own_can_be_attached(author: Person) -> None:
    """Not what is still converted, not a film beside a picture, not what somebody else's or another status has."""
    ready, film = picture(author), picture(author, kind="video")
    waiting, broken = picture(author, state="processing"), picture(author, state="failed")
    for media, words in (
        ([waiting], "not finished processing"),
        ([broken], "could not be processed"),
        ([ready, film], "video"),
        ([picture(person("other"))], "no unattached"),
    ):
        code, sentence = author.refused("POST", STATUSES, status="x", media_ids=[str(one.pk) for one in media])
        assert code == 422 and words in sentence
    said = author.post(STATUSES, status="", media_ids=[str(film.pk)])
    assert [one["id"] for one in said["media_attachments"]] == [str(film.pk)]


def test_delete_and_redraft(author: Person) -> None:
    """The text comes back, and the media can be posted again; with delete_media they cannot."""
    media = picture(author)
    first = author.post(STATUSES, status="with a tpyo", media_ids=[str(media.pk)])
    deleted = author.delete(f"{STATUSES}/{first['id']}")
    assert deleted["text"] == "with a tpyo" and deleted["media_attachments"][0]["id"] == str(media.pk)
    assert author.refused("GET", f"{STATUSES}/{first['id']}")[0] == 404
    second = author.post(STATUSES, status="without", media_ids=[str(media.pk)])
    assert second["media_attachments"]
    author.delete(f"{STATUSES}/{second['id']}", delete_media=True)
    assert not MediaAttachment.objects.exists()
    assert author.refused("POST", STATUSES, status="again", media_ids=[str(media.pk)])[0] == 422


def test_withheld_media_do_not_come_back_by_deleting(author: Person) -> None:
    """Deleting and writing anew is no way round a moderation decision."""
    media = picture(author)
    said = post_status(account_id=author.id, text="bad", media_ids=[media.pk])
    Status.objects.filter(pk=said.pk).update(withheld_at=said.created_at)
    author.delete(f"{STATUSES}/{said.pk}")
    assert author.refused("POST", STATUSES, status="again", media_ids=[str(media.pk)])[0] == 422


def test_a_quote_is_posted_with_its_policy(author: Person) -> None:
    """Only what may be quoted, and a text is not needed; an edit changes who may quote in turn."""
    first = author.post(STATUSES, status="quote me", quote_approval_policy="nobody")
    other = person("other")
    assert other.refused("POST", STATUSES, status="I do", quoted_status_id=first["id"])[0] == 404
    quoting = author.post(STATUSES, status="", quoted_status_id=first["id"])
    assert quoting["quote"]["quoted_status"]["id"] == first["id"]
    edited = author.put(f"{STATUSES}/{first['id']}", status="quote me", quote_approval_policy="public")
    assert edited["edited_at"] is None
    assert other.post(STATUSES, status="I do", quoted_status_id=first["id"])["quote"]["state"] == "accepted"
    assert author.refused("POST", STATUSES, status="x", quote_approval_policy="friends")[0] == 422


def test_several_statuses_at_once(author: Person) -> None:
    """In the order asked for, without those that the reader may not see."""
    reader = person("reader")
    ids = [
        author.post(STATUSES, status=word, visibility=seen)["id"] for word, seen in (("a", "public"), ("b", "private"))
    ]
    ids.append(author.post(STATUSES, status="c")["id"])
    query = "&".join(f"id[]={one}" for one in reversed(ids))
    assert [one["id"] for one in reader.get(f"{STATUSES}?{query}")] == [ids[2], ids[0]]


def test_nothing_is_translated_here(author: Person) -> None:
    """501 with a sentence for a status that one may see, 404 for another."""
    said = author.post(STATUSES, status="hello")
    code, sentence = author.refused("POST", f"{STATUSES}/{said['id']}/translate", lang="de")
    assert code == 501 and "does not translate" in sentence
    assert author.refused("POST", f"{STATUSES}/1/translate")[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        {"status": "half \ud800 a character"},
        {"status": "x", "poll": "yes"},
        {"status": "x", "poll": {"options": [["a"], "b"], "expires_in": 300}},
        {"status": "x", "poll": {"options": ["a", "b"], "expires_in": "9" * 40}},
        {"status": "x", "poll": {"options": ["a", "b"], "expires_in": {}}},
        {"status": "x", "scheduled_at": ["now"]},
        {"status": "x", "scheduled_at": "9999-12-31T23:59:59-23:00"},
        {"status": "x", "allowed_mentions": ["one"]},
        {"status": "x", "spoiler_text": {"a": 1}},
        {"status": "x", "media_ids": {"0": {}}},
        {"status": "x", "sensitive": "perhaps"},
    ],
)
def test_garbage_is_refused_with_a_sentence(author: Person, body: dict[str, Any]) -> None:
    """422, never an error of ours."""
    code, sentence = author.refused("POST", STATUSES, **body)
    assert code == 422 and sentence
