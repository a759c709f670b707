"""What a status says later."""

import base64
import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from common.models import Event
from feed.models import Mention, Notice, Poll, Status, StatusEdit
from feed.operations.polls import vote
from tests.feed.person import Person, person
from tests.feed.test_writing import picture

pytestmark = [pytest.mark.django_db]

STATUSES = "/api/v1/statuses"


@pytest.fixture
def author() -> Person:
    """Somebody who may write."""
    return person("author")


def test_an_edit_is_shown_and_what_was_before_is_kept(author: Person) -> None:
    """The history begins with what was posted; a status never edited has one entry."""
    said = author.post(STATUSES, status="teh")
    path = f"{STATUSES}/{said['id']}"
    assert len(author.get(f"{path}/history")) == 1
    edited = author.put(path, status="the", spoiler_text="spelling")
    assert edited["edited_at"] and edited["content"] == "<p>the</p>" and edited["sensitive"]
    reader = person("reader")
    history = reader.get(f"{path}/history")
    assert [one["content"] for one in history] == ["<p>teh</p>", "<p>the</p>"]
    assert history[0]["created_at"] == said["created_at"] and history[1]["created_at"] == edited["edited_at"]
    assert reader.get(f"{path}/source") == {"id": said["id"], "text": "the", "spoiler_text": "spelling"}
    assert Event.objects.filter(kind="status.edited", subject_id=said["id"], account_id=author.id).count() == 1


def test_an_edit_that_changes_nothing_leaves_no_trace(author: Person) -> None:
    """No history, no time, no notice."""
    media = picture(author)
    said = author.post(STATUSES, status="fine as it is", media_ids=[str(media.pk)])
    edited = author.put(f"{STATUSES}/{said['id']}", status="fine as it is", media_ids=[str(media.pk)])
    assert edited["edited_at"] is None
    assert not StatusEdit.objects.exists() and not Event.objects.filter(kind="status.edited").exists()


def test_media_change_with_an_edit(author: Person) -> None:
    """Alt text and focus of what stays; what is not named goes and can be used again; a second is added."""
    first, second = picture(author, description="a dog"), picture(author)
    said = author.post(STATUSES, status="pets", media_ids=[str(first.pk)])
    path = f"{STATUSES}/{said['id']}"
    attributes = [{"id": str(first.pk), "description": "a cat", "focus": "0.5,-2"}]
    edited = author.put(path, status="pets", media_ids=[str(first.pk), str(second.pk)], media_attributes=attributes)
    assert [one["description"] for one in edited["media_attachments"]] == ["a cat", None]
    first.refresh_from_db()
    assert (first.focus_x, first.focus_y) == (0.5, -1)
    assert [one["description"] for one in author.get(f"{path}/history")[0]["media_attachments"]] == ["a dog"]
    assert author.put(path, status="no pets")["media_attachments"] == []
    assert author.post(STATUSES, status="again", media_ids=[str(second.pk)])["media_attachments"]
    taken = {"status": "taken", "media_ids": [str(second.pk)]}
    assert author.refused("PUT", path, **taken)[0] == 422


def test_an_edit_brings_another_preview(author: Person) -> None:
    """As a `data:` address; what is no picture is refused and leaves nothing behind."""
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "blue").save(out, "PNG")
    media = picture(author)
    said = author.post(STATUSES, status="thumb", media_ids=[str(media.pk)])
    path = f"{STATUSES}/{said['id']}"

    def body(data: bytes) -> dict[str, Any]:
        encoded = f"data:image/png;base64,{base64.b64encode(data).decode()}"
        attributes = [{"id": str(media.pk), "thumbnail": encoded}]
        return {"status": "thumb", "media_ids": [str(media.pk)], "media_attributes": attributes}

    assert author.refused("PUT", path, **body(b"no picture"))[0] == 422
    edited = author.put(path, **body(out.getvalue()))
    assert edited["media_attachments"][0]["preview_url"] != said["media_attachments"][0]["preview_url"]
    media.refresh_from_db()
    default_storage.delete(media.preview)


def test_a_forms_list_of_objects_is_read_too(author: Person) -> None:
    """`media_attributes[][id]` as Rails writes it."""
    media = picture(author)
    said = author.post(STATUSES, status="form", media_ids=[str(media.pk)])
    form = f"status=form&media_ids[]={media.pk}&media_attributes[][id]={media.pk}&media_attributes[][description]=here"
    answer = author.call("PUT", f"{STATUSES}/{said['id']}?{form}")
    assert answer.json()["media_attachments"][0]["description"] == "here"


def test_another_question_loses_its_votes_and_a_later_end_does_not(author: Person) -> None:
    """Votes count for the options they were given for."""
    voter = person("voter")
    poll = {"options": ["a", "b"], "expires_in": 300}
    said = author.post(STATUSES, status="?", poll=poll)
    path = f"{STATUSES}/{said['id']}"
    vote(account_id=voter.id, poll_id=int(said["poll"]["id"]), choices=[1])
    later = author.put(path, status="?", poll={**poll, "expires_in": 900})
    assert later["poll"]["votes_count"] == 1 and later["poll"]["expires_at"] > said["poll"]["expires_at"]
    assert later["edited_at"] is None
    other = author.put(path, status="?", poll={**poll, "options": ["b", "a"]})
    assert (other["poll"]["votes_count"], other["poll"]["voters_count"], other["poll"]["id"]) == (
        0,
        0,
        said["poll"]["id"],
    )
    assert voter.get(f"/api/v1/polls/{said['poll']['id']}")["voted"] is False
    assert author.get(f"{path}/history")[0]["poll"] == {"options": [{"title": "a"}, {"title": "b"}]}
    assert author.put(path, status="no question")["poll"] is None and not Poll.objects.exists()


def test_who_hears_of_an_edit(author: Person) -> None:
    """Those who reblogged it or are spoken to: an update, the newest alone. The newly named: a mention."""
    named, later, booster = person("named"), person("later"), person("booster")
    said = author.post(STATUSES, status="@named look")
    Status.objects.create(account_id=booster.id, reblog_of_id=int(said["id"]), visibility="public")
    path = f"{STATUSES}/{said['id']}"
    author.put(path, status="@named look here")
    author.put(path, status="@named @later look here")
    heard = Notice.objects.filter(status_id=said["id"]).values_list("account__username", "kind")
    assert sorted(heard) == [
        ("booster", "update"),
        ("later", "mention"),
        ("named", "mention"),
        ("named", "update"),
    ]
    author.put(path, status="@later look here")
    assert set(Mention.objects.values_list("account_id", flat=True)) == {later.id}
    author.put(path, status="@named @later look here")
    assert Notice.objects.filter(account_id=named.id, kind="mention").count() == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": ""}, 422),
        ({"status": "x" * 501}, 422),
        ({"status": "x", "media_ids": ["1"]}, 422),
        ({"status": "x", "media_attributes": "no"}, 422),
        ({"status": "x", "media_attributes": [{"description": "no id"}]}, 422),
        ({"status": "x", "language": "<b>"}, 422),
        ({"status": "x", "poll": {"options": ["a"], "expires_in": 300}}, 422),
    ],
)
def test_an_edit_is_held_to_the_rules_of_posting(author: Person, body: dict[str, Any], code: int) -> None:
    """And a refused one changes nothing."""
    said = author.post(STATUSES, status="as it was")
    assert author.refused("PUT", f"{STATUSES}/{said['id']}", **body)[0] == code
    assert author.get(f"{STATUSES}/{said['id']}")["content"] == "<p>as it was</p>"


def test_only_the_author_edits_and_only_with_personhood(author: Person) -> None:
    """Others find nothing; deleted is gone."""
    said = author.post(STATUSES, status="mine")
    path = f"{STATUSES}/{said['id']}"
    assert person("other").refused("PUT", path, status="yours")[0] == 404
    assert person("newcomer", admitted=False).refused("PUT", path, status="yours")[0] == 403
    author.delete(path)
    assert author.refused("PUT", path, status="undead")[0] == 404
    assert author.refused("GET", f"{path}/history")[0] == 404
