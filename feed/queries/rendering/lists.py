"""Lists as Mastodon's JSON."""

from typing import Any

from feed.models import List


def list_json(row: List) -> dict[str, Any]:
    """Mastodon's List."""
    return {
        "id": str(row.pk),
        "title": row.title,
        "replies_policy": row.replies_policy,
        "exclusive": row.exclusive,
    }
