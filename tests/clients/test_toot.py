"""toot, the client of the command line, unchanged, as processes against the running stack."""

from pathlib import Path

import pytest
from PIL import Image

from tests.clients.toot import Toot, toot_of
from tests.live import LiveStack, wait_for

pytestmark = [pytest.mark.stack]


@pytest.fixture
def grace(stack: LiveStack, tmp_path: Path) -> Toot:
    return toot_of(stack.url, "grace", tmp_path)


@pytest.fixture
def eileen(stack: LiveStack, tmp_path: Path) -> Toot:
    return toot_of(stack.url, "eileen", tmp_path)


def test_two_people_meet_and_talk(grace: Toot, eileen: Toot) -> None:
    """Log in in a browser, follow, post, reply, favourite, reblog, and be told of it."""
    assert grace.json("whoami")["username"] == "grace"
    assert grace.json("instance")["title"]
    assert grace.json("follow", "eileen")["following"] is True
    grace("tags", "follow", "space")
    assert [one["name"] for one in grace.json("tags", "followed")] == ["space"]

    posted = eileen.json("post", "Up we go, @grace! #space", "--visibility", "public")
    wait_for(
        lambda: [one["id"] for one in grace.json("timelines", "home", "--no-pager")] == [posted["id"]],
        what="the status in Grace's home",
    )
    reply = grace.json("post", "Congratulations, @eileen", "--reply-to", posted["id"], "--spoiler-text", "space")
    assert reply["in_reply_to_id"] == posted["id"] and reply["spoiler_text"] == "space"
    thread = eileen.json("thread", posted["id"])
    assert [one["id"] for one in thread["descendants"]] == [reply["id"]]
    assert "Congratulations" in eileen("thread", posted["id"])

    assert grace.json("favourite", posted["id"])["favourited"] is True
    assert grace.json("reblog", posted["id"])["reblogged"] is True
    assert [one["username"] for one in eileen.json("reblogged-by", posted["id"])] == ["grace"]
    told = {"follow", "mention", "favourite", "reblog"}
    wait_for(lambda: {one["type"] for one in eileen.json("notifications")} == told, what="Eileen's notifications")
    assert "grace" in eileen("notifications")
    eileen("notifications", "--clear")
    assert eileen.json("notifications") == []

    assert [one["id"] for one in grace.json("timelines", "tag", "space", "--no-pager")] == [posted["id"]]
    found = grace.json("search", "eileen")
    assert [one["username"] for one in found["accounts"]] == ["eileen"]
    assert [one["name"] for one in grace.json("search", "#space", "--type", "hashtags")["hashtags"]] == ["space"]

    eileen("delete", posted["id"])
    # One's own stay: her reply is no longer a reply to anything.
    assert [one["id"] for one in grace.json("timelines", "home", "--no-pager")] == [reply["id"]]
    assert grace.json("unfollow", "eileen")["following"] is False


def test_a_picture_a_poll_a_list_and_a_later_post(grace: Toot, eileen: Toot, tmp_path: Path) -> None:
    """What apps offer beside text: media with a description, polls that others vote in, lists, scheduled posts."""
    picture = tmp_path / "earth.jpg"
    Image.new("RGB", (320, 200), "navy").save(picture)
    uploaded = grace.json("upload", str(picture), "--description", "The Earth")
    assert (uploaded["type"], uploaded["description"]) == ("image", "The Earth")
    shown = grace.json("post", "Look", "--media", str(picture), "--description", "The Earth, again")
    assert [one["description"] for one in shown["media_attachments"]] == ["The Earth, again"]

    asked = grace.json("post", "Tea?", "--poll-option", "yes", "--poll-option", "no", "--poll-expires-in", "1h")
    voted = eileen.json("polls", "vote", asked["poll"]["id"], "0")
    assert [option["votes_count"] for option in voted["options"]] == [1, 0]
    assert eileen.json("polls", "show", asked["poll"]["id"])["own_votes"] == [0]

    eileen("follow", "grace")
    eileen("lists", "create", "pilots")
    eileen("lists", "add", "pilots", "grace")
    assert "grace" in eileen("lists", "accounts", "pilots")
    later = grace.json("post", "Later", "--scheduled-in", "1h")
    assert later["params"]["text"] == "Later"
    assert grace.json("bookmark", shown["id"])["bookmarked"] is True
    assert grace.json("pin", shown["id"])["pinned"] is True
    assert "Tea?" in eileen("timelines", "account", "grace", "--no-pager")
    assert [one["id"] for one in grace.json("timelines", "public", "--no-pager")] == [asked["id"], shown["id"]]
