"""What an examination is given and what it answers: frames, limits, reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from identity.engines.gestures import Evidence, Gesture, GestureLimits
from identity.engines.images import ImageLimits
from identity.engines.ports import Image, Vector
from identity.engines.quality import QualityLimits

Progress = Callable[[str, float], None]
"""Called with the name of a step and the share of the whole that is done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class GestureFrames:
    """The encoded frames of one gesture, in order of time."""

    gesture: Gesture
    frames: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ExaminationLimits:
    """`same_face` is the least cosine of any frame to the best frontal one, `same_face_frontal` that of frontal frames:
    on the Face Research Lab London Set two photographs of one person agree to 0.82 or more, of two people to at most
    0.47, and a puppet's face to its own front to 0.66 or more turned by 25 degrees, 0.55 with shut eyes.
    `other_face` is the size, as a share of the largest face's, from which a further face counts. `still` is the least
    movement of the mesh within a gesture, in distances of the outer eye corners."""

    image: ImageLimits = field(default_factory=ImageLimits)
    quality: QualityLimits = field(default_factory=QualityLimits)
    gestures: GestureLimits = field(default_factory=GestureLimits)
    min_frames: int = 5
    max_frames: int = 16
    neutral_frames: int = 2
    min_good_frames: int = 3
    max_good_frames: int = 10
    second_opinion_frames: int = 2
    best_frames: int = 4
    presence: float = 0.5
    same_face: float = 0.4
    same_face_frontal: float = 0.55
    other_face: float = 0.4
    still: float = 0.02


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a capture was refused: a stable `code`, a `sentence` that says what to do, and where: `gesture` and `frame`
    (index within the gesture's frames) where they apply."""

    code: str
    sentence: str
    gesture: Gesture | None = None
    frame: int | None = None


class ExaminationRefused(Exception):
    """The capture was not good enough; `reasons` holds at least one, the first to act on first."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("; ".join(reason.code for reason in reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """`embedding` and `second_opinion` are unit vectors of the two embedders; `good_frames` went into the first.
    `least_cosine` is the lowest similarity of any frame to the anchor frame. `best` are the pixels of the few best frames,
    for a reviewer where the person consents to that."""

    embedding: Vector
    second_opinion: Vector
    evidence: tuple[Evidence, ...]
    good_frames: int
    least_cosine: float
    best: tuple[Image, ...] = ()
