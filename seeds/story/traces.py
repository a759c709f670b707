"""Looks for faces where none may be: in everything that PostgreSQL, Redis and the logs hold after the story."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from common.redis import client
from identity.engines.capture import ExaminationLimits, GestureFrames
from identity.engines.defaults import default_engines
from identity.engines.examination import examine
from seeds.story.client import Capture

WINDOW = 24


def fingerprints(capture: Capture, others: Iterable[bytes] = ()) -> list[bytes]:
    """Pieces of the frames and of the very embeddings that the check computed, as bytes, hex, base64 and decimals."""
    found: list[bytes] = []
    for data in [*(frame for _, frames in capture.frames for frame in frames), *others]:
        middle = len(data) // 2
        found += _spellings(data[middle : middle + WINDOW])
    for vector in _embeddings(capture):
        raw = vector.astype("<f4").tobytes()
        found += _spellings(raw[64 : 64 + WINDOW]) + _spellings(vector.astype("<f8").tobytes()[64 : 64 + WINDOW])
        found += [", ".join(f"{value:.6f}"[:8] for value in vector[8:11]).encode(), repr(float(vector[8])).encode()]
    return found


def _embeddings(capture: Capture) -> list[NDArray[np.float32]]:
    if not capture.frames:
        return []
    frames = [GestureFrames(gesture, images) for gesture, images in capture.frames]
    challenge = [gesture for gesture, _ in capture.frames]
    examination = examine(
        frames, challenge, engines=default_engines(), limits=ExaminationLimits(), progress=lambda _step, _share: None
    )
    return [vector for vector in (examination.embedding, examination.second_opinion) if vector is not None]


def _spellings(piece: bytes) -> list[bytes]:
    """The piece itself, in hex, and in base64 wherever in a longer string it starts."""
    encoded = [base64.b64encode(bytes(shift) + piece)[4:-4] for shift in range(3)]
    return [piece, piece.hex().encode(), *encoded]


def places(logs: Path) -> Iterator[tuple[str, bytes]]:
    """Everything that is stored, with a name for each place."""
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            with cursor.copy(f'copy "{table}" to stdout') as copy:
                yield f"PostgreSQL {table}", b"".join(bytes(block) for block in copy)
    for key in client().scan_iter(count=1000):
        yield f"Redis {key.decode(errors='replace')}", _value(key)
    for path in sorted(logs.rglob("*.log")):
        yield f"log {path.name}", path.read_bytes()


def _value(key: bytes) -> bytes:
    redis: Any = client()
    kind = redis.type(key)
    match kind:
        case b"string":
            return bytes(redis.get(key) or b"")
        case b"hash":
            return b" ".join(part for pair in redis.hgetall(key).items() for part in pair)
        case b"list":
            return b" ".join(redis.lrange(key, 0, -1))
        case b"set":
            return b" ".join(redis.smembers(key))
        case b"zset":
            return b" ".join(redis.zrange(key, 0, -1))
        case b"stream":
            return b" ".join(part for _, row in redis.xrange(key) for pair in row.items() for part in pair)
    return b""


def search(wanted: list[bytes], logs: Path) -> tuple[list[str], int, int]:
    """Names of the places that hold a trace, the number of places searched, and their bytes."""
    guilty, searched, size = [], 0, 0
    for name, content in places(logs):
        searched += 1
        size += len(content)
        if any(piece in content for piece in wanted):
            guilty.append(name)
    return guilty, searched, size


def log_folder() -> Path:
    """Where the story's stack writes its logs."""
    folder: Path = settings.VAR / "logs"
    return folder
