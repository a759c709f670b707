"""The story's search finds a face wherever one was left: a search that finds nothing must be able to find something."""

import base64
from pathlib import Path

import pytest
from django.db import transaction

from common import events
from common.redis import client
from identity.engines.assessment.puppet import Gesture, perform
from seeds.story.client import Capture
from seeds.story.photographs import grace_hopper
from seeds.story.traces import fingerprints, search

PICTURE = bytes(range(256)) * 8
WANTED = fingerprints(Capture(), [PICTURE])


@pytest.mark.parametrize(
    "left",
    [PICTURE.hex(), base64.b64encode(PICTURE).decode(), base64.b64encode(b"x" + PICTURE).decode()],
    ids=["hex", "base64", "base64 of something longer"],
)
def test_a_picture_in_a_row_is_found(db: None, tmp_path: Path, left: str) -> None:
    with transaction.atomic():
        events.record("leak", data={"note": left})
    guilty, _, _ = search(WANTED, tmp_path)
    assert "PostgreSQL common_event" in guilty


def test_a_picture_in_redis_is_found_whatever_holds_it(db: None, tmp_path: Path) -> None:
    redis = client()
    redis.set("leak:string", PICTURE, ex=60)
    redis.hset("leak:hash", mapping={"picture": PICTURE})
    redis.rpush("leak:list", PICTURE)
    redis.sadd("leak:set", PICTURE)
    redis.zadd("leak:zset", {PICTURE: 1})
    redis.xadd("leak:stream", {"picture": PICTURE})
    keys = ["leak:string", "leak:hash", "leak:list", "leak:set", "leak:zset", "leak:stream"]
    try:
        guilty, _, _ = search(WANTED, tmp_path)
    finally:
        redis.delete(*keys)
    assert {f"Redis {key}" for key in keys} <= set(guilty)


def test_a_picture_in_a_log_is_found(db: None, tmp_path: Path) -> None:
    (tmp_path / "worker.log").write_text(f"something failed: {PICTURE.hex()}")
    assert search(WANTED, tmp_path)[0] == ["log worker.log"]


def test_the_very_embedding_that_a_check_computed_is_looked_for(db: None, tmp_path: Path) -> None:
    gestures = (Gesture.SMILE, Gesture.TURN_LEFT, Gesture.LOOK_UP)
    capture = Capture([(gesture, tuple(perform(grace_hopper(), gesture))) for gesture in gestures])
    pictures = len(fingerprints(Capture(), [frame for _, frames in capture.frames for frame in frames]))
    assert len(fingerprints(capture)) > pictures
    assert search(fingerprints(capture), tmp_path)[0] == []
