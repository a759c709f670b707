"""When beat last reached a worker."""

import time

from common.redis import client

KEY = "heartbeat:beat"


def beat() -> None:
    """Note that a task sent by beat ran now."""
    client().set(KEY, str(time.time()), ex=3600)


def last_beat() -> float | None:
    """Seconds since the epoch, or None when beat has not been heard of for an hour."""
    value = client().get(KEY)
    return float(value) if isinstance(value, bytes) else None
