"""The floor of `bench.home`: the same server, returning the same bytes from Redis, and nothing else.

BENCH_PORT=8123 REDIS_URL=... python -m bench.floor
"""

import os
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from redis import asyncio as redis

_clients: list["redis.Redis"] = []


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The bytes kept under the caller's token."""
    if scope["type"] != "http":
        return
    if not _clients:
        _clients.append(redis.Redis.from_url(os.environ["REDIS_URL"]))
    token = next(value for name, value in scope["headers"] if name == b"authorization")
    body = await _clients[0].get(b"floor:" + token) or b""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    Granian(
        "bench.floor:application",
        address="127.0.0.1",
        port=int(os.environ["BENCH_PORT"]),
        interface=Interfaces.ASGINL,
        workers=int(os.environ.get("HUMANKIND_WEB_WORKERS", "2")),
        log_access=False,
    ).serve()
