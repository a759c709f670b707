"""The stream that follows one enrolment's check."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connection

from common.problems import NotFound
from identity.queries.enrolments import EnrolmentView

LOOK_SECONDS = 0.4
HEARTBEAT_SECONDS = 10
LONGEST_SECONDS = 120


async def events_of(
    look: Callable[[], EnrolmentView], *, render: Callable[[EnrolmentView], dict[str, Any]]
) -> AsyncIterator[str]:
    """Server-sent events of the enrolment that `look` reads: `progress` whenever something changed, `decided` at the end, comments as heartbeats."""
    started = spoke = time.monotonic()
    told: tuple[Any, ...] = ()
    yield "retry: 1000\n\n"
    while time.monotonic() - started < LONGEST_SECONDS:
        try:
            view = await sync_to_async(_looked)(look)
        except NotFound:
            return
        if view.decided:
            yield _event("decided", render(view))
            return
        now = (view.enrolment.state, view.progress)
        if now != told:
            told, spoke = now, time.monotonic()
            share = {"state": view.enrolment.state, "step": view.progress.step, "progress": view.progress.share}
            yield _event("progress", share)
        elif time.monotonic() - spoke > HEARTBEAT_SECONDS:
            spoke = time.monotonic()
            yield ": still here\n\n"
        await asyncio.sleep(LOOK_SECONDS)


def _looked(look: Callable[[], EnrolmentView]) -> EnrolmentView:
    try:
        return look()
    finally:
        # A stream lasts long and looks seldom: between looks it holds no connection.
        connection.close()


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
