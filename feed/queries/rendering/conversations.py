"""Conversations as Mastodon's JSON."""

from collections.abc import Sequence
from typing import Any

from feed.models import Conversation
from feed.queries.relationships import profiles_by_id
from feed.queries.rendering.accounts import profiles_json
from feed.queries.rendering.statuses import statuses_json
from feed.queries.topics import in_order


def conversations_json(rows: Sequence[Conversation], *, viewer_id: int | None) -> list[dict[str, Any]]:
    """Mastodon's Conversations, in a constant number of queries; one with nobody else shows the account itself."""
    if not rows:
        return []
    wanted = {one for row in rows for one in (*row.participants, row.account_id)}
    accounts = {int(one["id"]): one for one in profiles_json(list(profiles_by_id(wanted).values()))}
    statuses = in_order([row.last_status_id for row in rows if row.last_status_id])
    shown = {int(one["id"]): one for one in statuses_json(statuses, viewer_id=viewer_id)}
    return [
        {
            "id": str(row.pk),
            "unread": row.unread,
            "accounts": [accounts[one] for one in row.participants or [row.account_id] if one in accounts],
            "last_status": shown.get(row.last_status_id),
        }
        for row in rows
    ]
