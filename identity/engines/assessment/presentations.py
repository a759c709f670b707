"""What the gesture check makes of attacks and of performances, in the terms of ISO/IEC 30107-3.

Attack presentation classification error rate (APCER): share of presentations of one kind of instrument that are taken
for a living person. Bona fide presentation classification error rate (BPCER): share of a person's own that are not.
Non-response (APNRR, BPNRR): share turned away before the gestures were judged, for the quality of the pictures; an
attacker may do better there another time.

Each presentation performs all five gestures once. Every challenge of three that could have been drawn is then known to
pass or not, and a presentation counts with the share of challenges that it would have passed.

Bona fide is played by a puppet here (`puppet`), which is itself an injection attack: what it passes is both. So its
BPCER says that the check can be passed by a face that moves, and nothing of how real people fare before real cameras.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb

import cv2
import numpy as np

from identity.engines.assessment import instruments
from identity.engines.assessment.camera import course, filmed
from identity.engines.assessment.intervals import Estimate, draws, of_count, over_subjects
from identity.engines.assessment.puppet import Puppet
from identity.engines.capture import ExaminationRefused, GestureFrames
from identity.engines.examination import examine
from identity.engines.gestures import Gesture
from identity.engines.ports import Engines, Image

CHALLENGE_GESTURES = 3
_GESTURES = tuple(Gesture)
_SIDE = 640

BONA_FIDE = "puppet_performance"
KINDS = {
    "flat_photo": "a print that fills the picture, turned and tilted",
    "photo_with_border": "a print with its white border in sight, held before a room",
    "screen_with_moire": "a photograph on a display, with moire, refresh bands and an edge, turned and tilted",
    "cut_out_eyes": "a print with holes, through which somebody else's eyes blink",
    "replay_on_screen": "a performance of the very gestures asked, replayed on that display",
}

Scenes = Mapping[Gesture, Sequence[Image]]


@dataclass(frozen=True, slots=True)
class Presentation:
    """`passed` are the gestures that the check took for performed; `refused` says why it never judged any."""

    passed: frozenset[Gesture]
    refused: tuple[str, ...]

    @property
    def challenges(self) -> float:
        """The share of challenges of three gestures that it would have passed."""
        return comb(len(self.passed), CHALLENGE_GESTURES) / comb(len(_GESTURES), CHALLENGE_GESTURES)


@dataclass(frozen=True, slots=True)
class Classified:
    """All presentations of one kind: the share `taken` for a living person, those for whom at least one challenge would
    have passed (`any_challenge`), non-response, each gesture's own share, and why the others were turned away."""

    kind: str
    presentations: int
    taken: Estimate
    any_challenge: Estimate
    non_response: Estimate
    gestures: Mapping[Gesture, Estimate]
    reasons: Mapping[str, int]


def presented(
    photos: Sequence[Image], engines: Engines, *, seed: int, kinds: Sequence[str], done: Callable[[int], None]
) -> list[Classified]:
    """One presentation of each kind and one performance for each photograph; `done` is told how many so far.

    Photographs in which the puppet finds no face are passed over. Raises ValueError when fewer than two are left.
    """
    puppets = []
    for photo in photos:
        try:
            puppets.append((photo := _at_most(photo), Puppet(photo)))
        except ValueError:
            continue
    if len(puppets) < 2:
        raise ValueError("Attacks need photographs of two people.")
    seen: dict[str, list[Presentation]] = {kind: [] for kind in (BONA_FIDE, *kinds)}
    count = 0
    for number, (photo, puppet) in enumerate(puppets):
        accomplice = puppets[(number + 1) % len(puppets)][1]
        for kind, scenes in _all(photo, puppet, accomplice, kinds):
            done(count := count + 1)
            seen[kind].append(_classify(scenes, engines, seed=seed + number))
    return [_summed(kind, each, seed) for kind, each in seen.items()]


def _all(photo: Image, puppet: Puppet, accomplice: Puppet, kinds: Sequence[str]) -> Iterator[tuple[str, Scenes]]:
    performed = {gesture: list(puppet.scenes(gesture, _course(gesture))) for gesture in _GESTURES}
    yield BONA_FIDE, performed
    blinking = list(accomplice.scenes(Gesture.BLINK_TWICE, _course(Gesture.BLINK_TWICE)))
    make: dict[str, Callable[[Gesture], Iterator[Image]]] = {
        "flat_photo": lambda gesture: instruments.flat_print(photo, gesture, _course(gesture)),
        "photo_with_border": lambda gesture: instruments.bordered_print(photo, gesture, _course(gesture)),
        "screen_with_moire": lambda gesture: instruments.screen([photo], gesture, _course(gesture), moved=True),
        "cut_out_eyes": lambda gesture: instruments.cut_out_eyes(
            photo,
            puppet.eyes,
            blinking if gesture is Gesture.BLINK_TWICE else blinking[:1],
            accomplice.eyes,
            gesture,
            _course(gesture),
        ),
        "replay_on_screen": lambda gesture: instruments.screen(
            performed[gesture], gesture, _course(gesture), moved=False
        ),
    }
    for kind in kinds:
        yield kind, {gesture: list(make[kind](gesture)) for gesture in _GESTURES}


def _classify(scenes: Scenes, engines: Engines, *, seed: int) -> Presentation:
    captured = [GestureFrames(gesture, tuple(filmed(scenes[gesture], gesture, seed=seed))) for gesture in _GESTURES]
    try:
        examine(captured, _GESTURES, engines=engines)
    except ExaminationRefused as refusal:
        codes = tuple(reason.code for reason in refusal.reasons)
        judged = all(code == "no_motion" or code.endswith("_not_seen") for code in codes)
        missing = {reason.gesture for reason in refusal.reasons}
        return Presentation(frozenset(set(_GESTURES) - missing if judged else ()), () if judged else codes)
    return Presentation(frozenset(_GESTURES), ())


def _summed(kind: str, each: Sequence[Presentation], seed: int) -> Classified:
    count = len(each)
    return Classified(
        kind=kind,
        presentations=count,
        taken=_mean([one.challenges for one in each], seed),
        any_challenge=of_count(sum(one.challenges > 0 for one in each), count),
        non_response=of_count(sum(bool(one.refused) for one in each), count),
        gestures={gesture: of_count(sum(gesture in one.passed for one in each), count) for gesture in _GESTURES},
        reasons=dict(sorted(Counter(code for one in each for code in set(one.refused)).items())),
    )


def _mean(shares: Sequence[float], seed: int) -> Estimate:
    """Of presentations by different people; the rule of three where all are 0 or all are 1."""
    if len(set(shares)) == 1 and shares[0] in (0, 1):
        return of_count(int(shares[0] * len(shares)), len(shares))
    values = np.array(shares)
    return over_subjects(
        lambda weights: float(np.average(values, weights=weights)), draws(len(shares), count=1_000, seed=seed)
    )


def _course(gesture: Gesture) -> tuple[float, ...]:
    return course(gesture, brief=True)


def _at_most(photo: Image) -> Image:
    scale = min(1.0, _SIDE / max(photo.shape[:2]))
    if scale == 1:
        return photo
    return np.asarray(cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
