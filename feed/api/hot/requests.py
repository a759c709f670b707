"""What a hot read asks for. Only plain requests are understood here: for any other there is Django."""

import re
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from common.pagination import Page
from common.problems import Problem
from feed.queries.hot.home import Asked

# One parameter each, of digits alone: nested, repeated or malformed ones are for Django to understand or to refuse.
PARAMETERS = re.compile(rb"(?:(?:limit|max_id|since_id|min_id)=[0-9]{1,19}(?:&(?!$)|$))*")
TOKEN = re.compile(r"[\x21-\x7e]{1,200}")
UNUSUAL = (b"content-length", b"transfer-encoding", b"cookie", b"expect", b"range")


def asked_in(scope: dict[str, Any]) -> Asked | None:
    """The request, or None for one that is not plain."""
    query = scope["query_string"]
    if scope["method"] != "GET" or not PARAMETERS.fullmatch(query):
        return None
    token = host = ""
    accept = b"*/*"
    for name, value in scope["headers"]:
        if name == b"authorization":
            token = _bearer(value)
        elif name == b"host":
            host = value.decode("latin-1")
        elif name == b"accept":
            accept = value
        elif name == b"content-length" and value == b"0":
            continue
        elif name in UNUSUAL:
            return None
    if not token or not _is_our_host(host) or not _takes_json(accept):
        return None
    names = dict(pair.split("=") for pair in query.decode("ascii").split("&") if pair)
    if query.count(b"=") != len(names):
        return None
    try:
        page = Page.of(names)
    except Problem:
        return None
    client = scope.get("client")
    return Asked(token, str(client[0]) if client else "unknown", page)


def _bearer(value: bytes) -> str:
    kind, _, given = value.decode("latin-1").partition(" ")
    given = given.strip()
    return given if kind.lower() == "bearer" and TOKEN.fullmatch(given) else ""


def _takes_json(accept: bytes) -> bool:
    # A parameter of ours, such as an indentation, would come back in the answer's type.
    return b"application/json;" not in accept and (b"*/*" in accept or b"application/json" in accept)


def _is_our_host(host: str) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
