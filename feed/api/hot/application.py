"""The ASGI application of the hot reads, and how it stands before Django's.

It answers only what it can answer with 200; every other request, and every refusal, is Django's as if this were not here.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from feed.api.hot.batches import Batches
from feed.api.hot.headers import response_headers
from feed.api.hot.requests import asked_in
from feed.queries.hot.home import read_homes

log = structlog.get_logger(__name__)

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

HOME = ("/api/v1/timelines/home", "/api/v1/timelines/home/")


def with_hot_reads(django: Application) -> Application:
    """An application that answers the hot reads itself, and leaves the rest to `django`."""
    homes = Batches(read_homes)

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        asked = asked_in(scope) if scope["type"] == "http" and scope["path"] in HOME else None
        if asked is None:
            await django(scope, receive, send)
            return
        try:
            answered = await homes.answer(asked)
        except Exception:
            # Whatever it is, Django may still be able to answer: without Redis, for one.
            log.exception("hot_read_failed")
            answered = None
        if answered is None:
            await django(scope, receive, send)
            return
        headers = response_headers(scope, asked, answered)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answered.body})

    return application
