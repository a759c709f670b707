"""Announcements as Mastodon's JSON."""

from collections.abc import Sequence
from typing import Any

from feed.models import Announcement
from feed.queries.announcements import ReactionCount
from feed.queries.hashtags import hashtags
from feed.queries.mentions import mentioned_accounts
from feed.queries.rendering.accounts import moment
from feed.queries.rendering.text import account_url, rendered, tag_url


def announcement_json(
    row: Announcement, reactions: Sequence[ReactionCount], *, read: bool | None = None
) -> dict[str, Any]:
    """Mastodon's Announcement; what is the viewer's own is left out where `read` is None, as for a stream."""
    mentioned = mentioned_accounts(row.text)
    names = tuple(sorted((one.username.lower(), one.username) for one in mentioned))
    body: dict[str, Any] = {
        "id": str(row.pk),
        "content": rendered(row.text, names),
        "starts_at": moment(row.starts_at),
        "ends_at": moment(row.ends_at),
        "all_day": row.all_day,
        "published_at": moment(row.published_at),
        "updated_at": moment(row.updated_at),
        "mentions": [
            {"id": str(one.pk), "username": one.username, "url": account_url(one.username), "acct": one.username}
            for one in mentioned
        ],
        "statuses": [],
        "tags": [{"name": tag, "url": tag_url(tag)} for tag in hashtags(row.text)],
        "emojis": [],
        "reactions": [
            {"name": one.name, "count": one.count, **({} if read is None else {"me": one.mine})} for one in reactions
        ],
    }
    return body if read is None else {**body, "read": read}
