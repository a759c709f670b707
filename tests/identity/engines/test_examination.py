"""A whole capture: what is admitted to comparison, and every way in which it is turned away."""

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from identity.engines.assessment.instruments import flat_photograph
from identity.engines.assessment.puppet import Puppet
from identity.engines.bands import Band, decide, for_gallery
from identity.engines.capture import Examination, ExaminationRefused, GestureFrames
from identity.engines.codes import distance, epoch_key, protect
from identity.engines.examination import examine
from identity.engines.gestures import Gesture
from identity.engines.images import decode
from identity.engines.ports import Engines, Image
from identity.engines.root_secret import HeldSecret
from tests.identity.engines.conftest import Performance

CHALLENGE = (Gesture.TURN_LEFT, Gesture.BLINK_TWICE, Gesture.SMILE)


def capture(performs: Performance, challenge: tuple[Gesture, ...] = CHALLENGE) -> list[GestureFrames]:
    return [GestureFrames(gesture, tuple(performs[gesture])) for gesture in challenge]


def refused(captured: list[GestureFrames], engines: Engines, challenge: tuple[Gesture, ...] = CHALLENGE) -> list[str]:
    with pytest.raises(ExaminationRefused) as refusal:
        examine(captured, challenge, engines=engines)
    assert all(reason.sentence.endswith(".") for reason in refusal.value.reasons)
    return [reason.code for reason in refusal.value.reasons]


def jpeg(image: Image) -> bytes:
    file = io.BytesIO()
    Pillow.fromarray(image).save(file, "JPEG", quality=92)
    return file.getvalue()


def changed(captured: list[GestureFrames], change: object) -> list[GestureFrames]:
    assert callable(change)
    return [
        GestureFrames(part.gesture, tuple(jpeg(np.asarray(change(decode(frame)), np.uint8)) for frame in part.frames))
        for part in captured
    ]


@pytest.fixture(scope="module")
def of_grace(grace_performs: Performance, engines: Engines) -> Examination:
    return examine(capture(grace_performs), CHALLENGE, engines=engines)


@pytest.fixture(scope="module")
def of_eileen(eileen_performs: Performance, engines: Engines) -> Examination:
    return examine(capture(eileen_performs), CHALLENGE, engines=engines)


def test_a_person_who_performs_the_challenge_gets_an_embedding(of_grace: Examination) -> None:
    for vector in (of_grace.embedding, of_grace.second_opinion):
        assert vector.shape == (128,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert [shown.gesture for shown in of_grace.evidence] == list(CHALLENGE)
    assert all(shown.passed for shown in of_grace.evidence)


def test_the_same_face_comes_out_a_duplicate_and_another_one_new(
    of_grace: Examination, of_eileen: Examination, eileen: Image, engines: Engines
) -> None:
    challenge = (Gesture.LOOK_UP, Gesture.TURN_RIGHT, Gesture.SMILE)
    puppet = Puppet(eileen)
    again = [GestureFrames(gesture, tuple(puppet.perform(gesture, seed=9))) for gesture in challenge]
    second_time = examine(again, challenge, engines=engines)
    key = epoch_key(HeldSecret(bytes(32)), 0, model=engines.embedder.name)
    grace, first, second = (protect(seen.embedding, key) for seen in (of_grace, of_eileen, second_time))
    assert decide(distance(first, second), None, for_gallery(1)) is Band.DUPLICATE
    assert decide(distance(grace, second), None, for_gallery(1)) is Band.NEW


def test_progress_is_told_in_order_up_to_the_end(grace_performs: Performance, engines: Engines) -> None:
    told: list[tuple[str, float]] = []
    examine(capture(grace_performs), CHALLENGE, engines=engines, progress=lambda *step: told.append(step))
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert told[0] == ("looking", 0.0)
    assert told[-1] == ("done", 1.0)


@pytest.mark.parametrize("degrees", [35.0, -35.0])
def test_a_flat_photograph_moved_before_the_camera_fails_the_turns(
    degrees: float, grace: Image, engines: Engines
) -> None:
    challenge = (Gesture.TURN_LEFT, Gesture.TURN_RIGHT, Gesture.LOOK_UP)
    captured = [
        GestureFrames(gesture, tuple(flat_photograph(grace, gesture, degrees=degrees))) for gesture in challenge
    ]
    assert refused(captured, engines, challenge) == ["turn_left_not_seen", "turn_right_not_seen", "look_up_not_seen"]


def test_gestures_in_another_order_than_asked_are_refused(grace_performs: Performance, engines: Engines) -> None:
    assert refused(capture(grace_performs, CHALLENGE[::-1]), engines) == ["wrong_order"]


def test_a_gesture_performed_in_place_of_another_is_not_seen(grace_performs: Performance, engines: Engines) -> None:
    captured = capture(grace_performs)
    captured[2] = GestureFrames(Gesture.SMILE, tuple(grace_performs[Gesture.TURN_RIGHT]))
    assert refused(captured, engines) == ["smile_not_seen"]


def test_two_people_who_take_turns_are_refused(
    grace_performs: Performance, eileen_performs: Performance, engines: Engines
) -> None:
    mixed = [
        GestureFrames(
            gesture,
            tuple(
                (grace_performs if index % 2 else eileen_performs)[gesture][index]
                for index in range(len(grace_performs[gesture]))
            ),
        )
        for gesture in CHALLENGE
    ]
    assert refused(mixed, engines) == ["different_faces"]


@pytest.mark.parametrize("place", [0, 4, 7])
def test_one_frame_of_somebody_else_is_enough(
    place: int, grace_performs: Performance, eileen_performs: Performance, engines: Engines
) -> None:
    """Whether it is frontal or turned: gestures of one person must not carry the face of another."""
    captured = capture(grace_performs)
    frames = list(captured[0].frames)
    frames[place] = eileen_performs[Gesture.TURN_LEFT][place]
    captured[0] = GestureFrames(Gesture.TURN_LEFT, tuple(frames))
    assert refused(captured, engines) == ["different_faces"]


def test_the_same_picture_sent_again_is_refused(grace_performs: Performance, engines: Engines) -> None:
    frame = grace_performs[Gesture.SMILE][0]
    captured = [GestureFrames(gesture, (frame,) * 8) for gesture in CHALLENGE]
    assert refused(captured, engines)[0] == "repeated_frame"


def test_a_still_picture_stored_anew_each_time_shows_no_motion(grace: Image, engines: Engines) -> None:
    stills = []
    for quality in range(75, 99):
        file = io.BytesIO()
        Pillow.fromarray(grace).save(file, "JPEG", quality=quality)
        stills.append(file.getvalue())
    captured = [GestureFrames(gesture, tuple(stills[n * 8 : n * 8 + 8])) for n, gesture in enumerate(CHALLENGE)]
    assert set(refused(captured, engines)) == {"no_motion"}


def test_a_picture_without_a_face_is_named(grace_performs: Performance, engines: Engines) -> None:
    captured = capture(grace_performs)
    captured[1] = GestureFrames(
        Gesture.BLINK_TWICE, (*captured[1].frames[:-1], jpeg(np.full((400, 400, 3), 120, np.uint8)))
    )
    with pytest.raises(ExaminationRefused) as refusal:
        examine(captured, CHALLENGE, engines=engines)
    (reason,) = refusal.value.reasons
    assert (reason.code, reason.gesture, reason.frame) == ("no_face", Gesture.BLINK_TWICE, 7)


def test_two_faces_are_refused(grace_performs: Performance, eileen: Image, engines: Engines) -> None:
    beside = cv2.resize(eileen, (1000, 1000))[:, 200:700]

    def with_a_friend(image: Image) -> Image:
        canvas = np.full((max(len(image), len(beside)), image.shape[1] + beside.shape[1], 3), 90, np.uint8)
        canvas[: len(image), : image.shape[1]] = image
        canvas[: len(beside), image.shape[1] :] = beside
        return canvas

    captured = capture(grace_performs)
    captured[0] = changed(captured[:1], with_a_friend)[0]
    assert refused(captured, engines) == ["two_faces"]


def test_garbage_among_the_frames_is_named_with_its_place(grace_performs: Performance, engines: Engines) -> None:
    captured = capture(grace_performs)
    captured[2] = GestureFrames(Gesture.SMILE, (*captured[2].frames[:-1], b"not a picture"))
    with pytest.raises(ExaminationRefused) as refusal:
        examine(captured, CHALLENGE, engines=engines)
    (reason,) = refusal.value.reasons
    assert (reason.code, reason.gesture, reason.frame) == ("image_kind", Gesture.SMILE, 7)


def test_shut_eyes_are_no_sign_of_another_face(faces: Path, engines: Engines) -> None:
    """Such blinking frames agree with the open ones to 0.55 only: they are not held to what frontal frames must reach."""
    puppet = Puppet(decode((faces / "086" / "neutral.jpg").read_bytes()))
    captured = [GestureFrames(gesture, tuple(puppet.perform(gesture, seed=10))) for gesture in CHALLENGE]
    assert examine(captured, CHALLENGE, engines=engines).least_cosine < 0.7


@pytest.mark.parametrize("count", [0, 4, 17])
def test_too_few_and_too_many_frames_are_refused(count: int, engines: Engines) -> None:
    captured = [GestureFrames(gesture, tuple(b"%d" % n for n in range(count))) for gesture in CHALLENGE]
    assert "frame_count" in refused(captured, engines)


POOR = {
    "too_dark": lambda image: image * 0.12,
    "too_bright": lambda image: 255 - (255 - image.astype(float)) * 0.12,
    "blurred": lambda image: cv2.GaussianBlur(image, (0, 0), 7),
    "face_too_small": lambda image: cv2.resize(image, None, fx=0.42, fy=0.42, interpolation=cv2.INTER_AREA),
}


@pytest.mark.parametrize("code", POOR)
def test_a_poor_capture_says_what_to_change(code: str, grace_performs: Performance, engines: Engines) -> None:
    assert code in refused(changed(capture(grace_performs), POOR[code]), engines)


def test_a_capture_that_starts_turned_away_is_refused(grace_performs: Performance, engines: Engines) -> None:
    captured = capture(grace_performs)
    turned = captured[0].frames
    captured[0] = GestureFrames(Gesture.TURN_LEFT, (*turned[4:6], *turned[:4], *turned[6:]))
    assert refused(captured, engines) == ["start_not_frontal"]
