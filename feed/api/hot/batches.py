"""Requests that arrive while others are being answered are answered together: a round trip costs the same for all."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from django.db import connection

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")

# One: what comes while it is busy goes into its next batch, and a page costs less in a fuller one (decision 51). Other
# processes of the web server use the other cores.
THREADS = 1
MOST_IN_A_BATCH = 16
# Where several were answered together just now, others are about to come: seconds to wait for them.
PAUSE = 0.0015

KEPT_SECONDS = 1800

held = threading.local()
threads = ThreadPoolExecutor(THREADS, thread_name_prefix="hot")


class Batches(Generic[Asked, Answered]):
    """Hands what is asked to `read`, many at once, in a thread of this process. Lives in the event loop's thread."""

    def __init__(self, read: Callable[[Sequence[Asked]], Sequence[Answered]]) -> None:
        self._read = read
        self._waiting: list[tuple[Asked, asyncio.Future[Answered]]] = []
        self._running = 0
        self._busy_until = 0.0

    async def answer(self, asked: Asked) -> Answered:
        """Raises whatever `read` raised for the batch."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answered] = loop.create_future()
        self._waiting.append((asked, future))
        if self._running < THREADS:
            self._running += 1
            if loop.time() < self._busy_until:
                loop.call_later(PAUSE, self._start, loop)
            else:
                # Not at once: what came with the same turn of the loop goes along.
                loop.call_soon(self._start, loop)
        return await future

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        batch, self._waiting = self._waiting[:MOST_IN_A_BATCH], self._waiting[MOST_IN_A_BATCH:]
        if not batch:
            self._running -= 1
            return
        done = loop.run_in_executor(threads, _looked, self._read, [asked for asked, _ in batch])
        done.add_done_callback(lambda finished: self._finish(loop, batch, finished))

    def _finish(
        self,
        loop: asyncio.AbstractEventLoop,
        batch: list[tuple[Asked, asyncio.Future[Answered]]],
        finished: "asyncio.Future[Sequence[Answered]]",
    ) -> None:
        error = finished.exception()
        answers = finished.result() if error is None else ()
        for place, (_, future) in enumerate(batch):
            if future.done():
                continue
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(answers[place])
        if len(batch) > 1:
            self._busy_until = loop.time() + 2 * PAUSE
        if 0 < len(self._waiting) < len(batch):
            # Those who were just answered ask again soon, and a fuller batch costs each of them less.
            loop.call_later(PAUSE, self._start, loop)
        else:
            self._start(loop)


def _looked(read: Callable[[Sequence[Asked]], Sequence[Answered]], batch: Sequence[Asked]) -> Sequence[Answered]:
    # The thread keeps its connection, with what is prepared on it: Django would give it back to the pool each time.
    if time.monotonic() > getattr(held, "until", 0):
        _let_go()
        held.until = time.monotonic() + KEPT_SECONDS
    try:
        return read(batch)
    except Exception:
        _let_go()
        raise


def _let_go() -> None:
    """End the connection of this thread: it was told what suits nobody else (`feed.queries.hot.checking.SESSION`)."""
    if connection.connection is not None:
        connection.connection.close()
    connection.close()
