"""Keeps the numbers that a status carries, in the transaction of what is counted."""

from typing import Literal

from django.db.models import F
from django.db.models.functions import Greatest

from feed.models import Status

Counted = Literal["replies_count", "reblogs_count", "favourites_count", "quotes_count"]


def count(status_id: int, what: Counted, change: int) -> None:
    """Add `change` to one number, never below zero."""
    Status.objects.filter(pk=status_id).update(**{what: Greatest(F(what) + change, 0)})
