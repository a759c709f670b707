"""Behind a reverse proxy each caller has an address of their own; nobody else's word on it is taken."""

import asyncio

import httpx
from django.core.asgi import get_asgi_application
from granian.utils.proxies import wrap_asgi_with_proxy_headers

PROXY, ADA, BOB = "192.0.2.1", "198.51.100.7", "198.51.100.8"


def remaining(*, connected_from: str, forwarded: str) -> int:
    """What is left of the caller's limit after one request."""

    async def call() -> int:
        application = wrap_asgi_with_proxy_headers(get_asgi_application(), trusted_hosts=[PROXY])
        transport = httpx.ASGITransport(app=application, client=(connected_from, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answer = await client.get("/api/humankind/v1/policies", headers={"X-Forwarded-For": forwarded})
            assert answer.status_code == 200
            return int(answer.headers["X-RateLimit-Remaining"])

    return asyncio.run(call())


def test_callers_of_a_trusted_proxy_have_limits_of_their_own() -> None:
    first = remaining(connected_from=PROXY, forwarded=ADA)
    assert remaining(connected_from=PROXY, forwarded=ADA) == first - 1
    assert remaining(connected_from=PROXY, forwarded=BOB) == first
    # Whatever a caller claims stands before what the proxy saw.
    assert remaining(connected_from=PROXY, forwarded=f"203.0.113.9, {BOB}") == first - 1


def test_nobody_else_can_choose_an_address() -> None:
    first = remaining(connected_from=ADA, forwarded="203.0.113.1")
    assert remaining(connected_from=ADA, forwarded="203.0.113.2") == first - 1
