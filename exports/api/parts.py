"""Which bytes of a file a request asks for: ranges, entity tags and conditions of RFC 9110, for one range at a time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True)
class Part:
    """What to answer: the status, and `length` bytes from `start`."""

    status: int
    start: int
    length: int


def asked_part(headers: Mapping[str, str], *, size: int, tag: str) -> Part:
    """200 for the whole, 206 for a range, 304 for the entity tag that the client has, 416 for a range outside the file.

    A range that cannot be read, or several at once, are answered with the whole, as the RFC allows (section 14.2).
    """
    if _names(headers.get("If-None-Match", ""), tag):
        return Part(304, 0, 0)
    # Section 13.1.5: a range of another version of the file is no use.
    wanted = RANGE.fullmatch(headers.get("Range", "").strip())
    if wanted is None or headers.get("If-Range", tag) != tag or wanted.groups() == ("", ""):
        return Part(200, 0, size)
    first, last = wanted.groups()
    if first == "":
        length = min(int(last), size)
        return Part(206, size - length, length) if length else Part(416, 0, 0)
    start, end = int(first), int(last) if last else size - 1
    if last and end < start:
        return Part(200, 0, size)
    if start >= size:
        return Part(416, 0, 0)
    return Part(206, start, min(end, size - 1) - start + 1)


def _names(header: str, tag: str) -> bool:
    """Whether an If-None-Match header names the tag, weakly or not."""
    return header.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in header.split(",")]
