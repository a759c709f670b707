"""What a status said and says."""

import datetime as dt

from feed.models import MediaAttachment, Poll, Status, StatusEdit
from feed.queries.statuses import status_for


def snapshot(status: Status, *, at: dt.datetime) -> StatusEdit:
    """The status as it is now, not yet a row. `at` is since when it has been so."""
    media = MediaAttachment.objects.filter(status=status).order_by("pk").values_list("pk", "description")
    poll = Poll.objects.filter(status=status).first()
    return StatusEdit(
        status=status,
        text=status.text,
        spoiler_text=status.spoiler_text,
        sensitive=status.sensitive,
        language=status.language,
        media=[{"id": str(pk), "description": description} for pk, description in media],
        poll=list(poll.options) if poll else None,
        at=at,
    )


def history_of(*, status_id: int, viewer_id: int | None) -> tuple[Status, list[StatusEdit]]:
    """The status and all it has said, oldest first and its present words last. Raises NotFound."""
    status = status_for(status_id=status_id, viewer_id=viewer_id)
    edits = list(StatusEdit.objects.filter(status=status).order_by("pk"))
    return status, edits or [snapshot(status, at=status.created_at)]
