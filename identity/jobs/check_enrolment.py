"""What a worker does with a submitted enrolment. Safe to run twice, at the same time and after any death."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from identity.engines.capture import Examination, ExaminationLimits, ExaminationRefused, GestureFrames, Reason
from identity.engines.codes import protect
from identity.engines.examination import examine
from identity.engines.gestures import Gesture
from identity.engines.guidance import first_to_do_first
from identity.engines.held_frames import as_jpeg
from identity.engines.ports import Engines
from identity.jobs.decision import decide_enrolment
from identity.jobs.enrolment_outcome import refuse_enrolment
from identity.jobs.key_epochs import keys_to_compare_with
from identity.jobs.locks import only_worker
from identity.jobs.matching import decide_match
from identity.models import Enrolment
from identity.models.capture import Capture, CaptureLost, delete_frames
from identity.models.progress import Progress, count_attempt, note_progress
from identity.queries.consents import has_consent
from identity.queries.readiness import face_engines
from identity.queries.template_keys import EpochKeys, KeysDiffer
from identity.queries.uniqueness import Codes, EpochsChanged

log = structlog.get_logger(__name__)

# A capture that has brought down this many workers is not given to another.
MOST_ATTEMPTS = 5
CAPTURE_AGAIN = {
    "code": "capture_again",
    "sentence": "Your pictures were lost before we could check them. Please capture again.",
}


def check_enrolment(enrolment_id: int) -> None:
    """Examine the frames, decide, and delete the frames.

    Returns at once when another worker is at it, or when there is nothing left to check. With a wrong key it decides
    nothing: the enrolment waits for the sweep, and expires with its frames when the key is not put right.
    """
    with only_worker(enrolment_id) as ours:
        if not ours:
            return
        enrolment = Enrolment.objects.filter(pk=enrolment_id, state=Enrolment.State.CHECKING).first()
        if enrolment is None:
            return
        engines = face_engines()
        try:
            keys = keys_to_compare_with(engines)
        except KeysDiffer as error:
            log.error("enrolment_waits_for_the_key", enrolment_id=enrolment_id, problem=str(error))
            return
        if count_attempt(enrolment_id) > MOST_ATTEMPTS or enrolment.frame_key is None:
            _finish(enrolment_id, Enrolment.State.EXPIRED, [CAPTURE_AGAIN])
            return
        try:
            seen = _examined(enrolment, engines)
        except CaptureLost:
            _finish(enrolment_id, Enrolment.State.EXPIRED, [CAPTURE_AGAIN])
            return
        except ExaminationRefused as refusal:
            order = first_to_do_first([reason.code for reason in refusal.reasons])
            reasons = [_in_words(refusal.reasons[place]) for place in order]
            _finish(enrolment_id, Enrolment.State.REJECTED, reasons)
            return
        note_progress(enrolment_id, Progress("comparing", 0.98))
        try:
            _decide(enrolment, seen, keys, engines)
        except EpochsChanged:
            # The sweep brings it back soon, with the keys that are right then.
            log.warning("enrolment_waits_for_new_keys", enrolment_id=enrolment_id)
            return
        delete_frames(enrolment_id)


def _decide(enrolment: Enrolment, seen: Examination, keys: Sequence[EpochKeys], engines: Engines) -> None:
    faces = [
        Codes(each.epoch, protect(seen.embedding, each.leading), protect(seen.second_opinion, each.second))
        for each in keys
    ]
    decide: Callable[..., None] = decide_match
    if enrolment.purpose == Enrolment.Purpose.ADMISSION:
        decide = partial(decide_enrolment, pictures=_for_a_reviewer(enrolment, seen))
    decide(enrolment_id=enrolment.pk, faces=faces, evidence=_measured(seen), model=engines.embedder.name)


def _examined(enrolment: Enrolment, engines: Engines) -> Examination:
    gestures = [Gesture(name) for name in enrolment.challenge]
    capture = Capture(enrolment.pk, bytes(enrolment.frame_key or b""))
    loaded = capture.load([gesture.value for gesture in gestures], expected=enrolment.frames)
    return examine(
        [GestureFrames(Gesture(name), frames) for name, frames in loaded],
        gestures,
        engines=engines,
        limits=replace(ExaminationLimits(), min_frames=enrolment.least_frames),
        progress=lambda step, share: note_progress(enrolment.pk, Progress(step, share * 0.97)),
    )


def _for_a_reviewer(enrolment: Enrolment, seen: Examination) -> list[bytes]:
    """A few frames, only where the person consents to their being held; the decision looks whether it needs them."""
    if not has_consent(enrolment.owner_id, "review_hold"):
        return []
    return [as_jpeg(image) for image in seen.best]


def _finish(enrolment_id: int, state: Enrolment.State, reasons: list[dict[str, Any]]) -> None:
    refuse_enrolment(enrolment_id=enrolment_id, state=state, reasons=reasons)
    delete_frames(enrolment_id)


def _in_words(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "sentence": reason.sentence,
        "gesture": reason.gesture.value if reason.gesture else None,
        "frame": reason.frame,
    }


def _measured(seen: Examination) -> dict[str, Any]:
    gestures = [
        {"gesture": each.gesture.value, "measured": round(each.measured, 1), "needed": each.needed}
        for each in seen.evidence
    ]
    return {"gestures": gestures, "good_frames": seen.good_frames}
