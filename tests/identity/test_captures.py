"""What can be wrong with frames, and with who sends them when."""

import io
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone
from PIL import Image

from common.redis import client
from identity.models import Enrolment
from identity.models.capture import place_of
from identity.operations.consents import withdraw_consent
from tests.identity.enrolling import GRACE, Enroller, performed
from tests.live import LiveStack, wait_for

pytestmark = pytest.mark.stack


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose header promises this many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(100_000), 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def animation(kind: str) -> bytes:
    frames = [Image.new("RGB", (300, 300), (shade, 0, 0)) for shade in (0, 128, 255)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


@pytest.mark.parametrize(
    ("frame", "code", "status"),
    [
        (b"These are words, whatever the name says.", "image_kind", 422),
        (b"", "image_empty", 422),
        (png_that_claims(1, 1), "image_too_small", 422),
        (png_that_claims(20_000, 300), "image_too_wide", 422),
        (png_that_claims(8_000, 8_000), "image_too_many_pixels", 422),
        (png_that_claims(60_000, 60_000), "image_too_", 422),
        (animation("WEBP"), "image_animated", 422),
        (animation("PNG"), "image_animated", 422),
        (animation("GIF"), "image_kind", 422),
        (b"\xff\xd8\xff" + bytes(5 * 1024 * 1024), "image_too_large", 413),
        (b"\xff\xd8\xff\xe0", "image_damaged", 422),
    ],
    ids=["text", "empty", "1x1", "wide", "pixels", "bomb", "animated-webp", "apng", "gif", "bytes", "stub"],
)
def test_what_is_no_picture_is_refused_on_arrival(http: httpx.Client, frame: bytes, code: str, status: int) -> None:
    grace = Enroller(http, "grace")
    grace.open()
    gesture = grace.gestures[0]
    answer = grace.send(gesture, (*performed(GRACE, gesture)[:2], frame))
    problem = answer.json()
    assert answer.status_code == status, problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["code"].startswith(code)
    assert problem["field"] == "frames.2"
    assert problem["detail"].endswith(".")
    if "too" in code:
        assert f"{problem['limit']:,}" in problem["detail"] or str(problem["limit"]) in problem["detail"]
    # Nothing of the request is kept, not even the frames before the bad one.
    assert not client().exists(place_of(int(grace.enrolment["id"])))
    assert grace.get(grace.path).json()["challenge"][0]["frames"] == 0


def turned_by_exif(frame: bytes) -> bytes:
    image = Image.open(io.BytesIO(frame))
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(image.transpose(Image.Transpose.ROTATE_90), exif=exif, quality=95)


def in_cmyk(frame: bytes) -> bytes:
    return encoded(Image.open(io.BytesIO(frame)).convert("CMYK"), quality=95)


def as_webp(frame: bytes) -> bytes:
    return encoded(Image.open(io.BytesIO(frame)), "WEBP", quality=95)


@pytest.mark.parametrize("change", [turned_by_exif, in_cmyk, as_webp])
def test_pictures_of_every_usual_sort_are_read(http: httpx.Client, change: Callable[[bytes], bytes]) -> None:
    grace = Enroller(http, "grace")
    decided = grace.enrol(GRACE, by=lambda path, gesture: tuple(change(frame) for frame in performed(path, gesture)))
    assert decided["state"] == "admitted", decided["reasons"]


def test_a_truncated_picture_is_named_by_the_check(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    decided = grace.enrol(GRACE, by=lambda path, gesture: tuple(f[: len(f) // 2] for f in performed(path, gesture)))
    assert decided["state"] == "rejected"
    assert decided["reasons"][0]["code"] == "image_damaged"
    assert "send it again" in decided["reasons"][0]["sentence"]


def test_frames_follow_the_challenge(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.open()
    first, second, _ = grace.gestures
    assert grace.post(f"{grace.path}/submit").json()["code"] == "frames_missing"
    early = grace.send(second, performed(GRACE, second))
    assert (early.status_code, early.json()["code"]) == (409, "wrong_order")
    assert first in early.json()["detail"]
    not_asked = next(name for name in ("smile", "look_up", "turn_left", "turn_right") if name not in grace.gestures)
    assert grace.send(not_asked, performed(GRACE, first)).json()["code"] == "gesture_not_asked"
    frames = performed(GRACE, first)
    too_many = grace.send(first, (frames * 3)[:17])
    assert too_many.json()["code"] == "too_many_frames"
    assert too_many.json()["limit"] == 16
    for _ in range(2):
        # A client that lost the answer repeats the request: nothing is counted twice.
        assert grace.send(first, frames).json()["challenge"][0]["frames"] == len(frames)
    grace.send(second, performed(GRACE, second))
    assert grace.send(first, performed(GRACE, second)).json()["code"] == "wrong_order"


def test_another_enrolments_nonce_is_refused(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.open()
    earlier = grace.enrolment["nonce"]
    assert grace.delete(grace.path).json()["state"] == "expired"
    grace.open()
    gesture = grace.gestures[0]
    for nonce in (earlier, "", "x" * 500):
        answer = grace.send(gesture, performed(GRACE, gesture), nonce=nonce)
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_nonce")


def test_past_the_deadline_nothing_is_taken(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.capture(GRACE)
    place = place_of(int(grace.enrolment["id"]))
    Enrolment.objects.filter(pk=grace.enrolment["id"]).update(deadline=timezone.now() - timedelta(seconds=1))
    late = grace.post(f"{grace.path}/submit")
    assert late.status_code == 409
    assert late.json()["code"] in {"deadline_passed", "enrolment_expired"}
    assert "open a new enrolment" in late.json()["detail"].lower()
    assert grace.get(grace.path).json()["reasons"][0]["code"] == "deadline_passed"
    assert not client().exists(place)


def test_an_enrolment_that_nobody_finishes_expires(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.open()
    Enrolment.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    wait_for(lambda: Enrolment.objects.get().state == "expired", what="the sweep")
    assert Enrolment.objects.get().frame_key is None


def test_without_consent_nothing_is_opened_or_decided(http: httpx.Client) -> None:
    grace = Enroller(http, "grace", consents=False)
    refused = grace.post("/enrolments")
    assert (refused.status_code, refused.json()["code"]) == (403, "consent_required")
    policy = next(
        each for each in http.get("/api/humankind/v1/policies").json()["policies"] if "biometric" in each["purpose"]
    )
    shown = {"purpose": policy["purpose"], "policy_version": policy["version"], "text_sha256": policy["text_sha256"]}
    outdated = grace.post("/consents", json=shown | {"policy_version": "0"})
    assert (outdated.status_code, outdated.json()["code"]) == (409, "policy_outdated")
    assert grace.post("/consents", json=shown | {"text_sha256": "0" * 64}).json()["code"] == "policy_text_differs"
    assert grace.post("/consents", json=shown).status_code == 201
    grace.capture(GRACE)
    assert grace.delete("/consents/biometric_check").json()["given"] is False
    assert [receipt["given"] for receipt in grace.get("/consents").json()["consents"]] == [False, True]
    assert grace.post(f"{grace.path}/submit").status_code == 409
    assert grace.get(grace.path).json()["reasons"][0]["code"] == "consent_withdrawn"


def test_withdrawing_while_the_check_runs_admits_nobody(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.capture(GRACE)
    grace.submit()
    withdraw_consent(account_id=grace.account.pk, purpose="biometric_check")
    assert grace.decided()["state"] in {"expired", "rejected"} or grace.get("/personhood").json()["level"] == "none"
    assert grace.get("/personhood").json()["level"] == "none"


def test_one_enrolment_at_a_time_and_a_retry_is_the_same_one(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    first = grace.post("/enrolments", headers={"Idempotency-Key": "once"})
    again = grace.post("/enrolments", headers={"Idempotency-Key": "once"})
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert grace.post("/enrolments").json()["code"] == "enrolment_open"


def test_an_account_opens_so_many_in_an_hour(http: httpx.Client, stack: LiveStack) -> None:
    grace = Enroller(http, "grace")
    for _ in range(10):
        grace.open()
        grace.delete(grace.path)
    refused = grace.post("/enrolments")
    assert (refused.status_code, refused.json()["limit"]) == (429, 10)
    assert "10 enrolments in an hour" in refused.json()["detail"]
    assert refused.headers["Retry-After"]
