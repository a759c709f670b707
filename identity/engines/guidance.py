"""How a capture is put to a person: each gesture to be heard, read from afar or felt, and what to change after a refusal.

Short forms have at most 24 characters, so that they fit one line at four times the usual size on a narrow telephone.
Sounds and vibrations are names: the client plays its own, and no two gestures share one (docs/api.md says what each is).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from identity.engines.gestures import Gesture

LONGEST_SHORT = 24


@dataclass(frozen=True, slots=True)
class Guidance:
    """One gesture, complete without the screen (`spoken`), at a glance (`short`), and as hints (`sound`, `haptic`)."""

    spoken: str
    short: str
    sound: str
    haptic: str


_GUIDANCE = {
    Gesture.TURN_LEFT: Guidance(
        "Face the camera. Now turn your head slowly to your left, as if to see who stands beside you. Hold it for one"
        " second, then face the camera again.",
        "Turn head left",
        "tone_left",
        "one_long",
    ),
    Gesture.TURN_RIGHT: Guidance(
        "Face the camera. Now turn your head slowly to your right, as if to see who stands beside you. Hold it for one"
        " second, then face the camera again.",
        "Turn head right",
        "tone_right",
        "two_long",
    ),
    Gesture.LOOK_UP: Guidance(
        "Face the camera. Now lift your chin, as if to look at the ceiling. Hold it for one second, then face the camera"
        " again.",
        "Lift your chin",
        "tone_rising",
        "growing",
    ),
    Gesture.BLINK_TWICE: Guidance(
        "Face the camera with your eyes open. Now close both eyes for about half a second, open them, and do the same"
        " once more.",
        "Close eyes, twice",
        "tone_twice",
        "two_short",
    ),
    Gesture.SMILE: Guidance(
        "Face the camera with your mouth closed and at rest. Now smile as broadly as you can. Hold it for one second,"
        " then rest your mouth.",
        "Smile broadly",
        "tone_bright",
        "three_short",
    ),
}

# In the order in which a person does best to act: what hides everything else comes first.
_CHANGES = {
    "cancelled": "Start again when ready",
    "deadline_passed": "Ask for more time",
    "capture_again": "Record it once more",
    "image_": "Send still photos",
    "frame_count": "Send more pictures",
    "repeated_frame": "Record it live",
    "wrong_order": "Follow the order",
    "no_face": "Show your whole face",
    "two_faces": "Be alone in view",
    "face_too_small": "Come closer",
    "too_dark": "More light",
    "too_bright": "Less light",
    "uneven_light": "Softer, even light",
    "blurred": "Hold still, wipe lens",
    "start_not_frontal": "Start facing the camera",
    "not_frontal": "Face the camera",
    "eyes_shut": "Open eyes between moves",
    "different_faces": "Only you in every photo",
    "no_motion": "Move as you are asked",
    "_not_seen": "Move a little more",
    "not_recognised": "Even light, come close",
    "unlike_before": "Even light, come close",
}
_ORDER = {code: place for place, code in enumerate(_CHANGES)}


def guidance(gesture: Gesture) -> Guidance:
    """How this gesture is asked for."""
    return _GUIDANCE[gesture]


def short_change(code: str) -> str | None:
    """What to change after a refusal with this reason code, in large print; None where a person can change nothing."""
    known = _known(code)
    return None if known is None else _CHANGES[known]


def first_to_do_first(codes: Sequence[str]) -> list[int]:
    """Places of the reason codes in the order to act on them. Light comes before sharpness, and both before gestures:
    a face that is too dark fails every later test too. Those of one rank stay as they were, gestures in order asked."""
    last = len(_ORDER)
    return sorted(range(len(codes)), key=lambda place: _ORDER.get(_known(codes[place]) or "", last))


def _known(code: str) -> str | None:
    if code in _CHANGES:
        return code
    if code.startswith("image_"):
        return "image_"
    return "_not_seen" if code.endswith("_not_seen") else None
