"""From a person's frames to one embedding, or to the reasons why not. Pure: no clock, no storage, no randomness."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from identity.engines import quality
from identity.engines.capture import (
    Examination,
    ExaminationLimits,
    ExaminationRefused,
    GestureFrames,
    Progress,
    Reason,
)
from identity.engines.gestures import Evidence, Gesture, Neutral, evidence, neutral, openness
from identity.engines.images import ImageRefused, decode
from identity.engines.ports import Engines, Face, Image, Mesh, Vector
from identity.engines.quality import Quality


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    gesture: Gesture
    index: int
    face: Face
    mesh: Mesh
    quality: Quality
    problems: list[tuple[str, str]]
    vector: Vector


def examine(
    captured: Sequence[GestureFrames],
    challenge: Sequence[Gesture],
    *,
    engines: Engines,
    limits: ExaminationLimits | None = None,
    progress: Progress = lambda step, share: None,
) -> Examination:
    """Decode, find one face in each frame, judge quality and gestures, check that all frames show one face, embed.

    `captured` must follow `challenge`, gesture by gesture. Raises ExaminationRefused.
    """
    limits = limits or ExaminationLimits()
    _check_shape(captured, challenge, limits)
    frames, best = _look(captured, engines, limits, progress)
    rest = neutral([frame.mesh for frame in frames[: limits.neutral_frames]])
    good = _good(frames, rest, limits)
    least = _check_same_face(frames, good, limits)
    shown = _check_gestures(frames, challenge, rest, limits)
    progress("embedding", 0.95)
    chosen = sorted(good, key=lambda frame: -frame.quality.score)[: limits.max_good_frames]
    second = best[: limits.second_opinion_frames]
    opinions = [engines.second_opinion.embed(image, frame.face) for image, frame in second]
    progress("done", 1.0)
    return Examination(
        embedding=_mean([frame.vector for frame in chosen]),
        second_opinion=_mean(opinions),
        evidence=shown,
        good_frames=len(chosen),
        least_cosine=least,
        best=tuple(image for image, _ in best[: limits.best_frames]),
    )


def _check_shape(captured: Sequence[GestureFrames], challenge: Sequence[Gesture], limits: ExaminationLimits) -> None:
    if [part.gesture for part in captured] != list(challenge):
        asked = ", ".join(gesture.value for gesture in challenge)
        raise ExaminationRefused([Reason("wrong_order", f"Perform the gestures in the order asked: {asked}.")])
    reasons = []
    seen: set[bytes] = set()
    for part in captured:
        if not limits.min_frames <= len(part.frames) <= limits.max_frames:
            sentence = (
                f"There are {len(part.frames)} frames of this gesture;"
                f" {limits.min_frames} to {limits.max_frames} are needed."
            )
            reasons.append(Reason("frame_count", sentence, part.gesture))
        for index, data in enumerate(part.frames):
            digest = hashlib.sha256(data).digest()
            if digest in seen:
                sentence = "The same picture was sent more than once: record the gestures live."
                reasons.append(Reason("repeated_frame", sentence, part.gesture, index))
                break
            seen.add(digest)
    if reasons:
        raise ExaminationRefused(reasons)


def _look(
    captured: Sequence[GestureFrames], engines: Engines, limits: ExaminationLimits, progress: Progress
) -> tuple[list[_Frame], list[tuple[Image, _Frame]]]:
    """Every frame measured, and the pixels of the few best: the others are let go one by one."""
    frames: list[_Frame] = []
    best: list[tuple[Image, _Frame]] = []
    reasons: list[Reason] = []
    total = sum(len(part.frames) for part in captured)
    done = 0
    for part in captured:
        for index, data in enumerate(part.frames):
            progress("looking", 0.9 * done / total)
            done += 1
            try:
                image = decode(data, limits=limits.image)
                frame = _measure(image, part.gesture, index, engines, limits)
            except ImageRefused as error:
                reasons.append(Reason(error.code, error.sentence, part.gesture, index))
                continue
            except ExaminationRefused as error:
                reasons.extend(error.reasons)
                continue
            frames.append(frame)
            if not frame.problems:
                best.append((image, frame))
                best.sort(key=lambda kept: -kept[1].quality.score)
                del best[max(limits.second_opinion_frames, limits.best_frames) :]
    if reasons:
        raise ExaminationRefused(_first_of_each(reasons))
    return frames, best


def _measure(image: Image, gesture: Gesture, index: int, engines: Engines, limits: ExaminationLimits) -> _Frame:
    faces = engines.detector.detect(image)
    if not faces:
        sentence = "We see no face: hold the camera at eye level and keep your whole face in the picture."
        raise ExaminationRefused([Reason("no_face", sentence, gesture, index)])
    largest = max(faces, key=lambda face: face.inter_eye)
    if sum(face.inter_eye >= limits.other_face * largest.inter_eye for face in faces) > 1:
        sentence = "We see two faces: be alone in the picture."
        raise ExaminationRefused([Reason("two_faces", sentence, gesture, index)])
    mesh = engines.mesh.measure(image, largest)
    if mesh.presence < limits.presence:
        sentence = "We cannot make out your face: take off what covers it and come closer."
        raise ExaminationRefused([Reason("no_face", sentence, gesture, index)])
    measured = quality.measure(image, largest, mesh)
    return _Frame(
        gesture=gesture,
        index=index,
        face=largest,
        mesh=mesh,
        quality=measured,
        problems=quality.problems(measured, limits.quality),
        vector=engines.embedder.embed(image, largest),
    )


def _good(frames: Sequence[_Frame], rest: Neutral, limits: ExaminationLimits) -> list[_Frame]:
    """Frames fit to be embedded. Shut eyes move the embedding as far as a turned head does, and say nothing is wrong."""
    good = [frame for frame in frames if not frame.problems and openness(frame.mesh, rest) >= limits.gestures.open]
    if len(good) >= limits.min_good_frames:
        return good
    reasons = [
        Reason(code, sentence, frame.gesture, frame.index) for frame in frames for code, sentence in frame.problems
    ]
    # Gestures turn the face away: only where nothing else is wrong is that the reason.
    others = [reason for reason in reasons if reason.code != "not_frontal"]
    shut = Reason("eyes_shut", "Keep your eyes open before and after each gesture.")
    raise ExaminationRefused(_first_of_each(others or reasons) or [shut])


def _check_same_face(frames: Sequence[_Frame], good: Sequence[_Frame], limits: ExaminationLimits) -> float:
    anchor = max(good, key=lambda frame: frame.quality.score)
    frontal = {id(frame) for frame in good}
    least = 1.0
    for frame in frames:
        cosine = float(anchor.vector @ frame.vector)
        least = min(least, cosine)
        if cosine < (limits.same_face_frontal if id(frame) in frontal else limits.same_face):
            sentence = "We see different faces: the same person must be in every picture."
            raise ExaminationRefused([Reason("different_faces", sentence, frame.gesture, frame.index)])
    return least


def _check_gestures(
    frames: Sequence[_Frame], challenge: Sequence[Gesture], rest: Neutral, limits: ExaminationLimits
) -> tuple[Evidence, ...]:
    if abs(rest.yaw) > limits.gestures.start or abs(rest.pitch) > limits.gestures.start:
        sentence = "Look straight into the camera when you start."
        raise ExaminationRefused([Reason("start_not_frontal", sentence, challenge[0], 0)])
    shown = []
    reasons = []
    for gesture in challenge:
        meshes = [frame.mesh for frame in frames if frame.gesture is gesture]
        seen = evidence(gesture, meshes, rest, limits.gestures)
        shown.append(seen)
        if not seen.passed:
            if _movement(meshes) < limits.still:
                sentence = "Nothing moved: record yourself live while you perform the gesture."
                reasons.append(Reason("no_motion", sentence, gesture))
            else:
                reasons.append(Reason(f"{gesture.value}_not_seen", seen.sentence, gesture))
    if reasons:
        raise ExaminationRefused(reasons)
    return tuple(shown)


def _movement(meshes: Sequence[Mesh]) -> float:
    """The most that the mesh moved from its first frame, as a mean over points, over the outer eye corners' distance."""
    first = meshes[0].landmarks[:, :2]
    size = float(np.linalg.norm(first[33] - first[263]))
    return max(float(np.linalg.norm(mesh.landmarks[:, :2] - first, axis=1).mean()) for mesh in meshes) / size


def _mean(vectors: Sequence[Vector]) -> Vector:
    total = np.sum(vectors, axis=0)
    unit: Vector = (total / np.linalg.norm(total)).astype(np.float32)
    return unit


def _first_of_each(reasons: Sequence[Reason]) -> list[Reason]:
    first: dict[str, Reason] = {}
    for reason in reasons:
        first.setdefault(reason.code, reason)
    return list(first.values())
