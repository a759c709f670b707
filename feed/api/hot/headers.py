"""The headers of a hot read's answer: those that Django, its middleware and the views of the API give."""

from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.conf import settings

from feed.queries.hot.home import Answered, Asked

Headers = list[tuple[bytes, bytes]]


def response_headers(scope: dict[str, Any], asked: Asked, answered: Answered) -> Headers:
    """As ASGI wants them. `X-Request-Id` names the answer alone: no line is logged for a hot read that goes well."""
    names = {name for name, _ in scope["headers"]}
    secure = settings.SECURE_HSTS_SECONDS and (b"x-forwarded-proto", b"https") in scope["headers"]
    headers = [
        *_constant(from_elsewhere=b"origin" in names, secure=bool(secure)),
        (b"content-length", str(len(answered.body)).encode()),
        (b"x-request-id", str(uuid4()).encode()),
        *((name.lower().encode(), value.encode()) for name, value in answered.allowance.headers().items()),
    ]
    if link := asked.page.link_header(f"{settings.PUBLIC_URL}{scope['path']}", answered.ids):
        headers.append((b"link", link.encode()))
    return headers


@lru_cache
def _constant(*, from_elsewhere: bool, secure: bool) -> Headers:
    headers = {
        "content-type": "application/json",
        "allow": "GET, HEAD, OPTIONS",
        "vary": "origin",
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
    }
    if from_elsewhere:
        headers["access-control-allow-origin"] = "*"
        headers["access-control-expose-headers"] = ", ".join(settings.CORS_EXPOSE_HEADERS)
    if secure:
        headers["strict-transport-security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    return [(name.encode(), value.encode()) for name, value in headers.items()]
