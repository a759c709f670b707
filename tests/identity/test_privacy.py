"""Faces, embeddings and tokens pass through, and leave no trace where they must not."""

import httpx
import pytest

from common.redis import client
from identity.engines.images import decode
from identity.engines.ports import Vector
from identity.models import Enrolment, Template
from identity.queries.readiness import face_engines
from tests.identity.enrolling import EILEEN, GRACE, Enroller, flat, performed
from tests.live import LiveStack
from tests.privacy_watch import database_dump, redis_dump, traces_of
from tests.vector_traces import vector_traces

pytestmark = pytest.mark.stack


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
            assert not vector_traces(text, vector), f"an embedding is in the {place}"
        assert vector_traces(f"{places['log']} {vector[40:42].tolist()}", vector), "the search would have found it"
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
