"""Hashtags as Mastodon's JSON."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from feed.queries.rendering.text import account_url, tag_url
from feed.queries.tags import Day, FeaturedCount, featured_among, followed_among, tag_histories


def tags_json(names: Sequence[str], *, viewer_id: int | None) -> list[dict[str, Any]]:
    """Mastodon's Tags with their history, in three queries; the viewer's part is not there where nobody is signed in."""
    if not names:
        return []
    histories = tag_histories(names)
    followed, featured = followed_among(viewer_id, names), featured_among(viewer_id, names)
    bodies = []
    for name in names:
        body: dict[str, Any] = {"name": name, "url": tag_url(name), "history": history_json(histories[name])}
        if viewer_id is not None:
            body |= {"following": name in followed, "featuring": name in featured}
        bodies.append(body)
    return bodies


def history_json(days: Sequence[Day]) -> list[dict[str, str]]:
    """Numbers as texts, as Mastodon has them."""
    return [{"day": str(one.starts_at), "accounts": str(one.accounts), "uses": str(one.uses)} for one in days]


def featured_tag_json(count: FeaturedCount, *, username: str) -> dict[str, Any]:
    """Mastodon's FeaturedTag."""
    return {
        "id": str(count.row.pk),
        "name": count.row.name,
        "url": f"{account_url(username)}/tagged/{quote(count.row.name)}",
        "statuses_count": str(count.statuses),
        "last_status_at": count.last_on.isoformat() if count.last_on else None,
    }
