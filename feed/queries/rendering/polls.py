"""Polls as Mastodon's JSON."""

from typing import Any

from django.utils import timezone

from feed.models import Poll, Status
from feed.queries.rendering.accounts import moment


def poll_of(status: Status) -> Poll | None:
    """The poll of a status that was loaded with it."""
    found: Poll | None = getattr(status, "poll", None)
    return found


def poll_json(poll: Poll) -> dict[str, Any]:
    """Mastodon's Poll without what the viewer chose; numbers are hidden until the end where the author wants it so."""
    expired = poll.expires_at <= timezone.now()
    hidden = poll.hide_totals and not expired
    return {
        "id": str(poll.pk),
        "expires_at": moment(poll.expires_at),
        "expired": expired,
        "multiple": poll.multiple,
        "votes_count": sum(poll.counts),
        "voters_count": poll.voters_count,
        "options": [
            {"title": title, "votes_count": None if hidden else count}
            for title, count in zip(poll.options, poll.counts, strict=False)
        ],
        "emojis": [],
    }
