"""Watches the whole test run: nothing of a face, and no key, may be found where it must not be.

What the tests send is remembered by small fingerprints. Before the tables are emptied after a test, everything in the
database and in Redis is searched for them; at the end of the run, everything that any process logged. What the worker
computes is not seen here, so vectors are also looked for by their form: long rows of decimals, and bytes that read as
one vector of unit length.
"""

import base64
import json
import logging
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from common.redis import client
from identity.models import Enrolment
from identity.models.capture import Capture

PIECE = 36
FRAMES = re.compile(r"/enrolments/(\d+)/frames$")
# A piece of a picture in text lies in a long run of these, or in a line with escapes.
RUN = re.compile(r"[A-Za-z0-9+/=_-]{24,}")
ESCAPE = re.compile(r"\\x[0-9a-f]{2}|\\u00[0-9a-f]{2}")
PICTURES = ("ffd8ffe000104a464946", "89504e470d0a1a0a", "/9j/4AAQSkZJRg", "iVBORw0KGgo")
DECIMALS = re.compile(r"(?:[\[\s,;(]+-?\d*\.\d{4,}(?:e-?\d+)?){24,}")
HEXADECIMAL = re.compile(r"(?:[0-9a-f]{2}){512,}")
# Of every embedder that the defaults have.
DIMENSIONS = 128
ROWS = "select t::text from {table} t"
# The key of a capture under way is where it belongs.
ENROLMENTS = """
select case when state in ('opened', 'capturing', 'checking') then (to_jsonb(t) - 'frame_key')::text else t::text end
from identity_enrolment t
"""


def database_dump() -> str:
    """Every row of every table, as text."""
    lines = []
    with connection.cursor() as cursor:
        cursor.execute(
            "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(ENROLMENTS if table.endswith(".identity_enrolment") else ROWS.format(table=table))
            lines += [line for (line,) in cursor.fetchall()]
    assert len(tables) > 20
    return "\n".join(lines)


def redis_values() -> Iterator[tuple[str, bytes]]:
    """Every key, with all that it holds."""
    redis: Any = client()
    for key in redis.scan_iter(count=1000):
        match redis.type(key):
            case b"string":
                parts = [redis.get(key) or b""]
            case b"list":
                parts = redis.lrange(key, 0, -1)
            case b"hash":
                parts = [part for pair in redis.hgetall(key).items() for part in pair]
            case b"set":
                parts = list(redis.smembers(key))
            case b"zset":
                parts = redis.zrange(key, 0, -1)
            case _:
                parts = [part for _, row in redis.xrange(key) for pair in row.items() for part in pair]
        for part in parts:
            yield key.decode(errors="replace"), part


def redis_dump() -> bytes:
    """Every key and value."""
    return b"\n".join(key.encode() + b" " + value for key, value in redis_values())


def traces_of(content: bytes) -> list[str]:
    """How pieces from the middle and the end of it would look in text: hex, base64 at each offset, escaped."""
    found = []
    for piece in {content[len(content) // 2 :][:PIECE], content[-PIECE:]}:
        in_base64 = [base64.b64encode(bytes(shift) + piece).decode()[8:32] for shift in range(3)]
        in_base64 += [each.replace("+", "-").replace("/", "_") for each in in_base64]
        escaped = json.dumps(piece.decode("latin-1"))
        found += [piece.hex(), piece.hex().upper(), repr(piece)[4:44], escaped[4:44], *in_base64]
    return list(dict.fromkeys(found))


class PrivacyWatch:
    """What was sent and drawn in this run, and where it may not be found."""

    def __init__(self) -> None:
        self.traces: dict[str, str] = {}
        self.raw: dict[bytes, str] = {}
        self.logged: list[str] = []
        self.folders: list[Path] = []
        self.searched = 0

    def frame(self, content: bytes) -> None:
        """A picture that was sent; anything too small to be one is none."""
        piece = content[len(content) // 2 :][:PIECE]
        if len(content) < 500 or piece in self.raw or len(set(piece)) < 12:
            return
        self._remember(content, f"a picture of {len(content)} bytes")

    def key(self, key: bytes) -> None:
        """A key of 32 bytes that was drawn or derived."""
        if len(key) == 32 and len(set(key)) > 12 and key not in self.raw:
            self._remember(key, "a key")

    def secret(self, text: str, what: str) -> None:
        """A token or a secret, as it is spelt."""
        if len(text) >= 20:
            self.traces[text] = what

    def _remember(self, content: bytes, what: str) -> None:
        self.raw[content[len(content) // 2 :][:PIECE] if len(content) > 32 else content] = what
        self.traces.update(dict.fromkeys(traces_of(content), what))

    def search_text(self, text: str, place: str) -> list[str]:
        """Sentences that say what was found in a text."""
        runs = "\n".join(RUN.findall(text))
        if "\\" in text:
            lines = (line for line in text.replace("\\\\", "\\").splitlines() if len(ESCAPE.findall(line)) > 5)
            runs += "\n" + "\n".join(lines)
        self.searched += len(text)
        found = [f"{what} is in {place}" for trace, what in self.traces.items() if trace in runs]
        found += [f"a picture's beginning is in {place}" for beginning in PICTURES if beginning in runs]
        if DECIMALS.search(text):
            found.append(f"a long row of decimals is in {place}")
        if any(is_unit_vector(bytes.fromhex(run)) for run in HEXADECIMAL.findall(runs)):
            found.append(f"a vector of unit length is in {place}")
        return sorted(set(found))

    def search_bytes(self, content: bytes, place: str) -> list[str]:
        """The same for bytes."""
        found = [f"{what} is in {place}, in clear" for piece, what in self.raw.items() if piece in content]
        if is_unit_vector(content):
            found.append(f"a vector of unit length is in {place}")
        return found + self.search_text(content.decode("latin-1"), place)

    def search_stored(self) -> None:
        """Fails with what was found in the database or in Redis."""
        found = self.search_text(database_dump(), "the database")
        for key, value in redis_values():
            found += self.search_bytes(value, f"Redis, under {key}")
        assert not found, "; ".join(found)

    def search_logs(self) -> None:
        """Fails with what was found in anything that any process logged."""
        found = self.search_text("\n".join(self.logged), "the log of the tests' own process")
        for path in sorted(path for folder in self.folders for path in folder.rglob("*") if path.is_file()):
            found += self.search_bytes(path.read_bytes(), f"the log {path.name}")
        assert not found, "; ".join(found)


def is_unit_vector(content: bytes) -> bool:
    """Whether the first numbers read as an embedding: finite, of length 1, spread over many dimensions."""
    for kind, size in (("f", 4), ("d", 8)):
        if len(content) < size * DIMENSIONS:
            continue
        numbers = struct.unpack(f"<{DIMENSIONS}{kind}", content[: size * DIMENSIONS])
        if all(abs(number) < 0.9 for number in numbers) and 0.95 < sum(number * number for number in numbers) < 1.05:
            return True
    return False


class _Listener(logging.Handler):
    def __init__(self, watch: PrivacyWatch) -> None:
        super().__init__()
        self.watch = watch
        # As it is written: what the redaction takes out is not in a log.
        self.setFormatter(next(handler.formatter for handler in logging.getLogger().handlers if handler.formatter))

    def emit(self, record: logging.LogRecord) -> None:
        self.watch.logged.append(self.format(record))


@contextmanager
def watching() -> Iterator[PrivacyWatch]:
    """Remember what passes through this process; search before the tables are emptied, and at the end."""
    watch = PrivacyWatch()
    for name in ("TEMPLATE_ROOT_SECRET", "RECEIPT_SIGNING_KEY", "PSEUDONYM_ROOT_SECRET", "RELEASE_SIGNING_KEY"):
        watch.secret(str(getattr(settings, name)), f"settings.{name}")
    listener = _Listener(watch)
    logging.getLogger().addHandler(listener)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.Client, "request", _heard(watch, httpx.Client.request))
        patch.setattr(Capture, "add", _added(watch, Capture.add))
        patch.setattr(DatabaseOperations, "execute_sql_flush", _flushed(watch, DatabaseOperations.execute_sql_flush))
        yield watch
    logging.getLogger().removeHandler(listener)
    watch.search_logs()


def _heard(watch: PrivacyWatch, request: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    def heard(self: httpx.Client, method: str, url: Any, **options: Any) -> httpx.Response:
        sent_to = FRAMES.search(httpx.URL(str(url)).path)
        files = options.get("files")
        if sent_to and isinstance(files, list):
            for _, part in files:
                watch.frame(part[1] if isinstance(part, tuple) else part)
        for name, value in httpx.Headers(options.get("headers")).items():
            if name in ("authorization", "capture-secret"):
                watch.secret(value.removeprefix("Bearer "), f"the value of a header {name}")
        answer = request(self, method, url, **options)
        if sent_to and answer.is_success:
            key = Enrolment.objects.filter(pk=sent_to[1]).values_list("frame_key", flat=True).first()
            watch.key(bytes(key or b""))
        return answer

    return heard


def _added(watch: PrivacyWatch, add: Callable[..., int]) -> Callable[..., int]:
    def added(self: Capture, gesture: str, frames: Any, **options: Any) -> int:
        watch.key(self.key)
        for frame in frames:
            watch.frame(frame)
        return add(self, gesture, frames, **options)

    return added


def _flushed(watch: PrivacyWatch, flush: Callable[..., None]) -> Callable[..., None]:
    def flushed(self: DatabaseOperations, statements: Any) -> None:
        try:
            watch.search_stored()
        finally:
            flush(self, statements)

    return flushed
