"""Rows that every app shares."""

from common.models.event import Cursor, Event
from common.models.idempotency import IdempotentRequest

__all__ = ["Cursor", "Event", "IdempotentRequest"]
