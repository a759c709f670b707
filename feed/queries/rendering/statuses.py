"""Statuses as Mastodon's JSON."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from feed.queries.rendering.accounts import NOBODY, account_json, moment
from feed.queries.rendering.text import account_url, rendered, tag_url
from feed.models import Status
from feed.queries.hashtags import hashtags
from feed.queries.images import render_media
from feed.queries.statuses import reply_counts
from identity.queries.personhood import Personhood, personhood_of


def statuses_json(statuses: Sequence[Status]) -> list[dict[str, Any]]:
    """A page of statuses that were loaded `with_everything`, in two more queries whatever its length."""
    personhoods = personhood_of({status.account_id for status in statuses}) if statuses else {}
    replies = reply_counts([status.pk for status in statuses]) if statuses else {}
    return [
        _status_json(status, personhoods.get(status.account_id, NOBODY), replies.get(status.pk, 0))
        for status in statuses
    ]


def status_json(status: Status) -> dict[str, Any]:
    """One status."""
    return statuses_json([status])[0]


def _status_json(status: Status, personhood: Personhood, replies: int) -> dict[str, Any]:
    username = status.account.username
    mentioned = [mention.account for mention in status.mentions.all()]
    names = tuple(sorted((one.username.lower(), one.username) for one in mentioned))
    humankind: dict[str, Any] = {"made_by": status.made_by, "for_training": status.for_training}
    if status.withheld_at is not None:
        humankind["withheld"] = True
    return {
        "id": str(status.pk),
        "created_at": moment(status.created_at),
        "in_reply_to_id": str(status.in_reply_to_id) if status.in_reply_to_id else None,
        "in_reply_to_account_id": str(status.in_reply_to_account_id) if status.in_reply_to_account_id else None,
        "sensitive": status.sensitive,
        "spoiler_text": status.spoiler_text,
        "visibility": status.visibility,
        "language": status.language or None,
        "uri": f"{settings.PUBLIC_URL}/users/{username}/statuses/{status.pk}",
        "url": f"{account_url(username)}/{status.pk}",
        "replies_count": replies,
        "reblogs_count": 0,
        "favourites_count": 0,
        "edited_at": moment(status.edited_at),
        "content": rendered(status.text, names),
        "reblog": None,
        "application": None,
        "account": account_json(status.account.profile, personhood),
        "media_attachments": [render_media(one) for one in sorted(status.media.all(), key=lambda one: one.pk)],
        "mentions": [
            {"id": str(one.pk), "username": one.username, "url": account_url(one.username), "acct": one.username}
            for one in mentioned
        ],
        "tags": [{"name": tag, "url": tag_url(tag)} for tag in hashtags(status.text)],
        "emojis": [],
        "card": None,
        "poll": None,
        "favourited": False,
        "reblogged": False,
        "muted": False,
        "bookmarked": False,
        "pinned": False,
        "filtered": [],
        "humankind": humankind,
    }
