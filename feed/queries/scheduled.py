"""What waits to be posted."""

from typing import Any

from django.db.models import QuerySet

from common.problems import NotFound
from feed.models import MediaAttachment, ScheduledStatus
from feed.queries.images import render_media
from feed.queries.rendering.accounts import moment


def waiting(account_id: int) -> QuerySet[ScheduledStatus]:
    """An account's own that are not posted yet, those among them that could not be."""
    return ScheduledStatus.objects.filter(account_id=account_id, posted_at=None)


def scheduled_for(*, account_id: int, scheduled_id: int) -> ScheduledStatus:
    """One of an account's own. Raises NotFound, for one that is posted too."""
    found = waiting(account_id).filter(pk=scheduled_id).first()
    if found is None:
        raise NotFound("Record not found")
    return found


def scheduled_json(rows: list[ScheduledStatus]) -> list[dict[str, Any]]:
    """Mastodon's ScheduledStatus entities, their media in one query."""
    wanted = [media_id for row in rows for media_id in row.parameters["media_ids"]]
    media = MediaAttachment.objects.in_bulk(wanted) if wanted else {}
    return [_one_json(row, media) for row in rows]


def _one_json(row: ScheduledStatus, media: dict[int, MediaAttachment]) -> dict[str, Any]:
    kept = row.parameters
    ids = kept["media_ids"]
    body: dict[str, Any] = {
        "id": str(row.pk),
        "scheduled_at": moment(row.at),
        "params": {
            "text": kept["text"],
            "poll": kept["poll"],
            "media_ids": [str(one) for one in ids] or None,
            "sensitive": kept["sensitive"],
            "spoiler_text": kept["spoiler_text"] or None,
            "visibility": kept["visibility"],
            "language": kept["language"] or None,
            # A number and no text: so does Mastodon, here alone.
            "in_reply_to_id": kept["in_reply_to_id"] or None,
            "allowed_mentions": kept["allowed_mentions"],
            "quoted_status_id": str(kept["quoted_status_id"]) if kept["quoted_status_id"] else None,
            "quote_approval_policy": kept["quote_policy"],
            # Clients read a number and are told to ignore it; applications have none here.
            "application_id": 0,
            "scheduled_at": None,
            "idempotency": None,
            "with_rate_limit": False,
        },
        "media_attachments": [render_media(media[one]) for one in ids if one in media],
        "humankind": {"made_by": kept["made_by"], "for_training": kept["for_training"], "failed": row.failed or None},
    }
    return body
