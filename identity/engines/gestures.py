"""The five gestures of a challenge and the evidence for each in a run of face meshes.

Evidence is always a change against the person's own neutral face at the start of the capture. It shows that something
moved as a living face does; a video replayed into the camera or an injected stream moves so too.

Thresholds: a flat photograph turned by up to 50 degrees before the camera reads at most 9 degrees of yaw and 11 of
pitch, at 60 degrees 18 and 15 (13 photographs; tests/identity/engines/test_gestures.py holds two of them to it); smiles of 62 people (Face Research Lab London Set)
widen the mouth by 14 % in the median and by 4 % at the tenth percentile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Protocol, TypeVar

from identity.engines.ports import Mesh

_T = TypeVar("_T")


class Gesture(StrEnum):
    """Left and right are the person's own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    LOOK_UP = "look_up"
    BLINK_TWICE = "blink_twice"
    SMILE = "smile"

    @property
    def instruction(self) -> str:
        return _INSTRUCTIONS[self]


_INSTRUCTIONS = {
    Gesture.TURN_LEFT: "Turn your head to your left, then back.",
    Gesture.TURN_RIGHT: "Turn your head to your right, then back.",
    Gesture.LOOK_UP: "Lift your chin and look up, then back.",
    Gesture.BLINK_TWICE: "Close your eyes and open them again, twice.",
    Gesture.SMILE: "Smile broadly.",
}


FEWEST_GESTURES = 2


class TooFewGestures(ValueError):
    """The gestures that somebody can make are too few for a challenge."""


class Chooser(Protocol):
    """The part of `secrets.SystemRandom` that drawing a challenge needs."""

    def sample(self, population: Sequence[_T], k: int) -> list[_T]: ...


def draw_challenge(rng: Chooser, *, count: int = 3, cannot: Collection[Gesture] = frozenset()) -> tuple[Gesture, ...]:
    """`count` different gestures in random order, none of those that the person cannot make.

    Drawn from all, three or more hold at least one turn of the head, the kind that a flat photograph cannot make.
    Where `cannot` leaves fewer than `count`, all that are left are asked. Raises ValueError when `count` is not 3 to 5,
    and TooFewGestures when fewer than two are left: one gesture alone could be recorded beforehand.
    """
    if not 3 <= count <= len(Gesture):
        raise ValueError(f"A challenge has 3 to {len(Gesture)} gestures, not {count}.")
    possible = tuple(gesture for gesture in Gesture if gesture not in cannot)
    if len(possible) < FEWEST_GESTURES:
        raise TooFewGestures(f"{len(possible)} gestures are left, and {FEWEST_GESTURES} are the least.")
    return tuple(rng.sample(possible, min(count, len(possible))))


@dataclass(frozen=True, slots=True)
class GestureLimits:
    """`turn` and `look_up` degrees from neutral; `start` degrees that neutral may be off the camera; `shut` and `open`
    shares of the person's own open eyes; `wider` and `raised` growth of the mouth's width, and shortening of the way
    to the eyes, as shares."""

    turn: float = 20.0
    look_up: float = 15.0
    start: float = 20.0
    shut: float = 0.55
    open: float = 0.75
    blinks: int = 2
    wider: float = 0.05
    raised: float = 0.02


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured for one gesture: `measured` and `needed` in the gesture's own unit (degrees, blinks, per cent
    of mouth width), and a `sentence` that says what to do when it did not pass."""

    gesture: Gesture
    measured: float
    needed: float
    passed: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Neutral:
    """A person's own resting face, in the units of Mesh."""

    yaw: float
    pitch: float
    eyes: float
    lids: float
    mouth_width: float
    mouth_drop: float


def neutral(meshes: Sequence[Mesh]) -> Neutral:
    """The median of the first frames of a capture. Raises ValueError when there are none."""
    if not meshes:
        raise ValueError("A neutral face needs at least one frame.")
    return Neutral(
        yaw=median(mesh.yaw for mesh in meshes),
        pitch=median(mesh.pitch for mesh in meshes),
        eyes=median(max(mesh.eyes) for mesh in meshes),
        lids=median(max(mesh.lids) for mesh in meshes),
        mouth_width=median(mesh.mouth_width for mesh in meshes),
        mouth_drop=median(mesh.mouth_drop for mesh in meshes),
    )


def evidence(gesture: Gesture, meshes: Sequence[Mesh], rest: Neutral, limits: GestureLimits) -> Evidence:
    """The evidence for one gesture in its frames, in order of time. Raises ValueError when there are no frames."""
    if not meshes:
        raise ValueError(f"There are no frames of {gesture.value}.")
    match gesture:
        case Gesture.TURN_LEFT:
            return _turn(gesture, [mesh.yaw - rest.yaw for mesh in meshes], limits.turn, "Turn your head further left")
        case Gesture.TURN_RIGHT:
            return _turn(gesture, [rest.yaw - mesh.yaw for mesh in meshes], limits.turn, "Turn your head further right")
        case Gesture.LOOK_UP:
            return _turn(gesture, [mesh.pitch - rest.pitch for mesh in meshes], limits.look_up, "Lift your chin higher")
        case Gesture.BLINK_TWICE:
            return _blinks(meshes, rest, limits)
        case Gesture.SMILE:
            return _smile(meshes, rest, limits)


def _turn(gesture: Gesture, degrees: Sequence[float], needed: float, advice: str) -> Evidence:
    most = max(degrees)
    sentence = f"{advice}: we measured {max(0.0, most):.0f} degrees, we need {needed:.0f}."
    return Evidence(gesture, most, needed, most >= needed, sentence)


def openness(mesh: Mesh, rest: Neutral) -> float:
    """How open the more closed reading of the eyes is, as a share of the person's own open eyes.

    Both eyes and both measures must agree that the eyes are shut, so the largest of the four counts.
    """
    return max(max(mesh.eyes) / rest.eyes, max(mesh.lids) / rest.lids)


def _blinks(meshes: Sequence[Mesh], rest: Neutral, limits: GestureLimits) -> Evidence:
    blinks, ready = 0, False
    for mesh in meshes:
        share = openness(mesh, rest)
        if share >= limits.open:
            ready = True
        elif share <= limits.shut and ready:
            blinks, ready = blinks + 1, False
    sentence = (
        f"Close your eyes fully and open them again, twice: we saw {blinks} of {limits.blinks}; keep each a moment."
    )
    return Evidence(Gesture.BLINK_TWICE, blinks, limits.blinks, blinks >= limits.blinks, sentence)


def _smile(meshes: Sequence[Mesh], rest: Neutral, limits: GestureLimits) -> Evidence:
    changes = [(mesh.mouth_width / rest.mouth_width - 1, 1 - mesh.mouth_drop / rest.mouth_drop) for mesh in meshes]
    # Turning a flat picture widens the mouth or lifts its corners, never both.
    wider = max((wide for wide, raised in changes if raised >= limits.raised), default=0.0)
    sentence = (
        f"Smile more broadly: your mouth grew {max(0.0, wider):.0%} wider with its corners up,"
        f" we need {limits.wider:.0%}."
    )
    return Evidence(Gesture.SMILE, 100 * wider, 100 * limits.wider, wider >= limits.wider, sentence)
