"""Wait for what a worker does, where a client expects the answer to be finished."""

import time

from django.db import connection

from feed.models import MediaAttachment
from feed.queries.images import UNCONVERTED

# Shorter than the patience of common clients and proxies.
PATIENCE_SECONDS = 50
LOOKS_EVERY_SECONDS = 0.3


def wait_for_conversion(media: MediaAttachment) -> MediaAttachment:
    """The upload once it is ready or failed, or as it is when patience ends. Holds no connection while it waits."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while media.state in UNCONVERTED and time.monotonic() < deadline:
        if not connection.in_atomic_block:
            connection.close()
        pause()
        media.refresh_from_db()
    return media


def pause() -> None:
    """Between two looks."""
    time.sleep(LOOKS_EVERY_SECONDS)
