"""What apps do on their first day with an account, with Mastodon.py, unchanged, against the running stack."""

import io
from typing import Any

import pytest
from mastodon import StreamListener
from PIL import Image

from tests.clients.people import mastodon_py
from tests.live import LiveStack, wait_for

pytestmark = [pytest.mark.stack]


class Ear(StreamListener):  # type: ignore[misc]  # the client publishes no types that mypy is shown
    """Keeps what a stream tells: the kind and the id of what it is about."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def on_update(self, status: Any) -> None:
        self.heard.append(("update", str(status.id)))

    def on_status_update(self, status: Any) -> None:
        self.heard.append(("status.update", str(status.id)))

    def on_notification(self, notification: Any) -> None:
        self.heard.append((f"told of {notification.type}", str(notification.status.id)))

    def on_delete(self, deleted_id: Any) -> None:
        self.heard.append(("delete", str(deleted_id)))


def _picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (320, 200), "teal").save(file, "PNG")
    file.seek(0)
    return file


def test_an_app_opens_shows_everything_and_listens(stack: LiveStack) -> None:
    """The calls that an app makes at its start, and then what it hears while it is open."""
    grace, eileen = mastodon_py(stack.url, "grace"), mastodon_py(stack.url, "eileen")
    limits = grace.instance_v2().configuration
    assert limits.statuses.max_characters == 500 and limits.polls.max_options == 4
    assert "image/png" in limits.media_attachments.supported_mime_types
    assert grace.instance().title and grace.custom_emojis() == []
    assert grace.preferences()["posting:default:visibility"] == "public"
    assert (grace.timeline_home(), grace.notifications(), grace.lists(), grace.filters_v2()) == ([], [], [], [])
    assert grace.announcements() == [] and grace.followed_tags() == [] and grace.follow_requests() == []
    assert grace.markers_get() == {}

    her = grace.account_lookup("eileen")
    grace.account_follow(her.id)
    ear = Ear()
    stream = grace.stream_user(ear, run_async=True)
    try:
        wait_for(stream.is_receiving, what="the stream to be open")
        first = eileen.status_post("@grace one", idempotency_key="one")
        wait_for(
            lambda: {("update", str(first.id)), ("told of mention", str(first.id))} <= set(ear.heard),
            what="the mention",
        )
        eileen.status_update(first.id, "@grace one, better")
        wait_for(lambda: ("status.update", str(first.id)) in ear.heard, what="the edit")
        eileen.status_delete(first.id)
        wait_for(lambda: ("delete", str(first.id)) in ear.heard, what="the deletion")
    finally:
        stream.close()
    assert all(ear.heard.count((event, str(first.id))) == 1 for event in ("update", "status.update", "delete"))


def test_media_polls_edits_filters_and_lists(stack: LiveStack) -> None:
    """What is written on that day, and how the other one's app shows it."""
    grace, eileen = mastodon_py(stack.url, "grace"), mastodon_py(stack.url, "eileen")
    me, her = grace.me(), eileen.me()
    grace.account_follow(her.id)

    media = eileen.media_post(_picture(), "image/png", description="Teal", focus=(0.5, -0.5))
    shown = eileen.status_post("A picture", media_ids=[media.id], spoiler_text="colours", language="en")
    [attached] = eileen.status(shown.id).media_attachments
    assert (attached.type, attached.description, attached.meta.focus.x) == ("image", "Teal", 0.5)
    assert attached.meta.original.width == 320 and attached.blurhash

    asked = eileen.status_post("Tea?", poll=eileen.make_poll(["yes", "no"], expires_in=3600, multiple=True))
    assert grace.poll_vote(asked.poll.id, [0, 1]).own_votes == [0, 1]
    assert [one.votes_count for one in eileen.poll(asked.poll.id).options] == [1, 1]
    eileen.status_update(shown.id, "A picture of teal", media_ids=[media.id])
    assert [one.content for one in grace.status_history(shown.id)] == ["<p>A picture</p>", "<p>A picture of teal</p>"]
    assert grace.status(shown.id).edited_at is not None and eileen.status_source(shown.id).text == "A picture of teal"

    wait_for(lambda: len(grace.timeline_home()) == 2, what="both in Grace's home")
    assert [one.id for one in grace.timeline_home(limit=1)] == [asked.id]
    older = grace.fetch_next(grace.timeline_home(limit=1))
    assert [one.id for one in older] == [shown.id]
    assert [one.id for one in grace.fetch_previous(older)] == [asked.id]

    words = [{"keyword": "tea", "whole_word": True}]
    made = grace.create_filter_v2("No tea", ["home"], "warn", keywords_attributes=words)
    hidden = next(one for one in grace.timeline_home() if one.id == asked.id)
    assert [one.filter.title for one in hidden.filtered] == ["No tea"] and hidden.filtered[0].keyword_matches == ["Tea"]
    grace.delete_filter_v2(made.id)
    close = grace.list_create("Close")
    grace.list_accounts_add(close.id, [her.id])
    assert [one.id for one in grace.timeline_list(close.id)] == [asked.id, shown.id]
    grace.markers_set(["home"], [asked.id])
    assert str(grace.markers_get(["home"]).home.last_read_id) == str(asked.id)

    for other in (grace, eileen):
        other.status_favourite(shown.id)
    grace.status_reblog(shown.id)
    groups = eileen.grouped_notifications().notification_groups
    assert {(one.type, one.notifications_count) for one in groups} == {
        ("follow", 1),
        ("favourite", 1),
        ("reblog", 1),
    }
    assert [one.id for one in grace.favourites()] == [shown.id]
    assert grace.account_update_credentials(note="Mathematician", fields=[("Site", "https://example.org")]).note
    assert eileen.account(me.id).fields[0].name == "Site"
    assert [one.id for one in grace.search_v2("picture", result_type="statuses").statuses] == [shown.id]
