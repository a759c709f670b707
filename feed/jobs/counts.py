"""Keeps the numbers that a status carries, in the transaction of what is counted."""

from typing import Literal

from django.db.models import F
from django.db.models.functions import Greatest

from feed.models import Status
from feed.queries.visibility import OPEN_VISIBILITIES

Counted = Literal["replies_count", "reblogs_count", "favourites_count", "quotes_count"]


def count(status_id: int, what: Counted, change: int) -> None:
    """Add `change` to one number, never below zero."""
    Status.objects.filter(pk=status_id).update(**{what: Greatest(F(what) + change, 0)})


def counted_by(status: Status) -> int | None:
    """The id of the status that counts this one among its open replies; None where none does."""
    is_shown = status.deleted_at is None and status.withheld_at is None
    return status.in_reply_to_id if is_shown and status.visibility in OPEN_VISIBILITIES else None
