"""Faces, embeddings and tokens pass through, and leave no trace where they must not."""

import base64

import httpx
import pytest
from django.db import connection

from common.redis import client
from identity.engines.images import decode
from identity.engines.ports import Vector
from identity.models import Enrolment, Template
from identity.queries.readiness import face_engines
from tests.identity.enrolling import EILEEN, GRACE, Enroller, flat, performed
from tests.live import LiveStack

pytestmark = pytest.mark.stack


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
            cursor.execute(f"select t::text from {table} t")  # noqa: S608  # names come from the catalogue, quoted
            lines += [line for (line,) in cursor.fetchall()]
    assert len(tables) > 20
    return "\n".join(lines)


def redis_dump() -> bytes:
    """Every key and value."""
    found = []
    for key in client().scan_iter(count=1000):
        match client().type(key):
            case b"string":
                value: object = client().get(key)
            case b"list":
                value = client().lrange(key, 0, -1)
            case b"hash":
                value = client().hgetall(key)
            case b"set":
                value = client().smembers(key)
            case _:
                value = client().zrange(key, 0, -1)
        found.append(repr((key, value)).encode())
    return b"\n".join(found)


def traces_of(frame: bytes) -> list[str]:
    """How a piece from the middle of a picture would look in text: hex, base64 at each offset, escaped."""
    piece = frame[len(frame) // 2 :][:48]
    in_base64 = [base64.b64encode(bytes(shift) + piece).decode()[8:40] for shift in range(3)]
    return [piece.hex(), piece.hex().upper(), *in_base64, repr(piece)[2:60]]


def vectors_of(frame: bytes) -> list[Vector]:
    engines = face_engines()
    image = decode(frame)
    face = engines.detector.detect(image)[0]
    return [engines.embedder.embed(image, face), engines.second_opinion.embed(image, face)]


def test_no_trace_in_logs_database_redis_or_messages(http: httpx.Client, stack: LiveStack) -> None:
    people = {"grace": (GRACE, performed), "eileen": (EILEEN, performed), "holder": (EILEEN, flat)}
    enrollers = []
    keys: list[bytes] = []
    messages: list[str] = []
    for name, (path, by) in people.items():
        each = Enroller(http, name)
        each.capture(path, by=by)
        keys.append(bytes(Enrolment.objects.get(pk=each.enrolment["id"]).frame_key or b""))
        # While the frames live they are there, and only encrypted.
        live = redis_dump()
        sent = [frame for gesture in each.gestures for frame in by(path, gesture)]
        assert all(frame[200:232] not in live and repr(frame[200:232])[2:-1].encode() not in live for frame in sent)
        each.submit()
        messages += [repr(item) for item in client().lrange("celery", 0, -1)]
        messages += [repr(item) for item in client().hvals("unacked")]
        each.decided()
        enrollers.append(each)
    # Where a person looks: an unreadable picture, a wrong token, a problem in words.
    enrollers[0].open()
    enrollers[0].send(enrollers[0].gestures[0], (performed(GRACE, "smile")[0][:500],))
    http.get("/api/humankind/v1/personhood", headers={"Authorization": f"Bearer {enrollers[0].token}x"})
    enrollers[0].delete(enrollers[0].path)

    places = {
        "log": stack.log_text(),
        "database": database_dump(),
        "redis": redis_dump().decode("latin-1"),
        "messages": "\n".join(messages),
    }
    assert "enrolment" in places["log"]
    assert "grace" in places["database"]
    for frame in (performed(GRACE, "smile")[0], performed(EILEEN, "smile")[3], flat(EILEEN, "smile")[2]):
        for trace in traces_of(frame):
            for place, text in places.items():
                assert trace not in text, f"a picture left a trace in the {place}"
    for vector in (*vectors_of(performed(GRACE, "smile")[0]), *vectors_of(performed(EILEEN, "smile")[0])):
        for place, text in places.items():
            for number in vector[:8]:
                assert f"{float(number):.6f}" not in text, f"a number of an embedding is in the {place}"
            assert vector.tobytes()[:32].hex() not in text
    for each in enrollers:
        for place, text in places.items():
            assert each.token not in text, f"a token is in the {place}"
    for key in keys:
        assert len(key) == 32
        for place, text in places.items():
            assert key.hex() not in text, f"the key of frames outlived them in the {place}"
    # The stored code is no picture of the face without its key: it is there, as bits.
    assert Template.objects.count() == 2
    opened = Enrolment.objects.values_list("pk", flat=True)
    assert len(opened) == 4
    assert not client().exists(*(f"enrolment:{enrolment_id}:frames" for enrolment_id in opened))
