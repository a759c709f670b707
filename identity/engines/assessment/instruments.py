"""Presentation attack instruments (ISO/IEC 30107-1): what an attacker could hold before the camera, synthesised.

Each is a run of scenes, as if to perform a gesture, that `camera.filmed` then takes pictures of. They are stand-ins:
what paper, ink, screens and lenses do to light is drawn here in a few lines, and no laboratory has compared the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from identity.engines.assessment.camera import course, filmed
from identity.engines.gestures import Gesture
from identity.engines.ports import Image

# Degrees by which a flat thing is turned to imitate a turn of the head, where nothing else is asked.
DEGREES = 40.0
_HELD = 0.66
# Half the size of the hole round each eye, in distances of the eyes. Smaller ones hide the lids from the mesh: of six
# faces (0.34, 0.2) let none blink, (0.4, 0.28) two, this one all.
_HOLE = (0.5, 0.5)
_GREY = (90, 90, 90)


def flat_photograph(photo: Image, gesture: Gesture, *, degrees: float = DEGREES, seed: int = 0) -> list[bytes]:
    """Eight JPEG frames of a flat print moved before the camera as if to perform the gesture: it must be refused."""
    return filmed(flat_print(photo, gesture, course(gesture), degrees=degrees), gesture, seed=seed)


def flat_print(photo: Image, gesture: Gesture, shares: Sequence[float], *, degrees: float = DEGREES) -> Iterator[Image]:
    """A print that fills the picture, turned about the gesture's axis in true perspective; for a blink or a smile it is
    tilted to and fro."""
    behind = np.full_like(photo, _GREY)
    for yaw, pitch in _tilts(gesture, shares, degrees):
        yield _turned(photo, yaw, pitch, behind=behind)


def bordered_print(photo: Image, gesture: Gesture, shares: Sequence[float]) -> Iterator[Image]:
    """A print with a white border, its edges in sight, held before a room and moved likewise."""
    sheet = _framed(np.clip(photo * 0.9 + 14, 0, 255).astype(np.uint8), (245, 245, 240), 0.06)
    for yaw, pitch in _tilts(gesture, shares, DEGREES):
        yield _turned(sheet, yaw, pitch, size=_HELD, behind=_room(photo.shape))


def screen(pictures: Sequence[Image], gesture: Gesture, shares: Sequence[float], *, moved: bool) -> Iterator[Image]:
    """A display with its grid of pixels (moire against the camera's), a band of its refresh and a dark edge. It shows
    one picture a frame; a still one is `moved` as a print would be, a replayed performance is held still."""
    degrees = DEGREES if moved else 0.0
    for number, (yaw, pitch) in enumerate(_tilts(gesture, shares, degrees)):
        shown = _framed(_displayed(pictures[number % len(pictures)], number / len(shares)), (12, 12, 14), 0.05)
        yield _turned(shown, yaw, pitch, size=_HELD, behind=_room(pictures[0].shape))


def cut_out_eyes(
    photo: Image,
    eyes: NDArray[np.float64],
    behind: Sequence[Image],
    their_eyes: NDArray[np.float64],
    gesture: Gesture,
    shares: Sequence[float],
) -> Iterator[Image]:
    """A print with holes for the eyes, through which somebody else's real ones look and blink: `behind` is that person
    frame by frame, `eyes` and `their_eyes` (2, 2) where each has the right and the left eye."""
    height, width = photo.shape[:2]
    apart = float(np.linalg.norm(eyes[1] - eyes[0]))
    holes = np.zeros((height, width), np.uint8)
    for x, y in eyes:
        size = (int(_HOLE[0] * apart), int(_HOLE[1] * apart))
        cv2.ellipse(holes, (int(x), int(y)), size, 0, 0, 360, 255, -1)
    rim = cv2.morphologyEx(holes, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    move, _ = cv2.estimateAffinePartial2D(their_eyes, eyes)
    for number, (yaw, pitch) in enumerate(_tilts(gesture, shares, DEGREES)):
        sheet = photo.copy()
        seen = cv2.warpAffine(behind[number % len(behind)], move, (width, height), borderMode=cv2.BORDER_REPLICATE)
        sheet[holes > 0] = seen[holes > 0]
        sheet[rim] = sheet[rim] // 2
        tilt = 0.0 if gesture is Gesture.BLINK_TWICE else 1.0
        yield _turned(sheet, tilt * yaw, tilt * pitch, behind=np.full_like(photo, _GREY))


def _tilts(gesture: Gesture, shares: Sequence[float], degrees: float) -> list[tuple[float, float]]:
    yaw, pitch = {
        Gesture.TURN_LEFT: (degrees, 0.0),
        Gesture.TURN_RIGHT: (-degrees, 0.0),
        Gesture.LOOK_UP: (0.0, degrees),
        Gesture.BLINK_TWICE: (0.0, degrees),
        Gesture.SMILE: (degrees / 2, degrees / 2),
    }[gesture]
    return [(share * yaw, share * pitch) for share in shares]


def _turned(picture: Image, yaw: float, pitch: float, *, behind: Image, size: float = 1.0) -> Image:
    """A flat picture turned in perspective about its middle, `size` times as large, before what is `behind`."""
    height, width = picture.shape[:2]
    focal = 1.2 * max(height, width)
    turn = cv2.Rodrigues(np.radians([-pitch, 0.0, 0.0]))[0] @ cv2.Rodrigues(np.radians([0.0, yaw, 0.0]))[0]
    out_height, out_width = behind.shape[:2]
    camera = np.array([[focal, 0, out_width / 2], [0, focal, out_height / 2], [0, 0, 1]])
    plane = np.column_stack([size * turn[:, 0], size * turn[:, 1], [0, 0, focal]])
    centred = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    scene = behind.copy()
    cv2.warpPerspective(
        picture, camera @ plane @ centred, (out_width, out_height), scene, borderMode=cv2.BORDER_TRANSPARENT
    )
    return scene


def _framed(picture: Image, colour: tuple[int, int, int], share: float) -> Image:
    edge = int(share * max(picture.shape[:2]))
    framed = cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=colour)
    return np.asarray(framed, dtype=np.uint8)


def _displayed(picture: Image, time: float) -> Image:
    height, width = picture.shape[:2]
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    light = picture.astype(np.float32) * 0.88 + 16
    for channel in range(3):
        # A little more than two camera pixels to one of the screen: the two grids beat over some forty pixels.
        columns = np.sin(2 * np.pi * (x / 2.05 + 0.004 * y + channel / 3))
        rows = np.sin(2 * np.pi * (y / 2.04 - 0.003 * x))
        light[:, :, channel] *= 1 + 0.06 * columns + 0.05 * rows
    band = np.exp(-0.5 * (((y / height - time) % 1.0 - 0.5) / 0.08) ** 2)
    return np.asarray(np.clip(light * (1 - 0.18 * band)[:, :, None], 0, 255), dtype=np.uint8)


def _room(shape: tuple[int, ...]) -> Image:
    height, width = shape[:2]
    wall = np.linspace(150, 95, height, dtype=np.float32)[:, None] + np.linspace(-20, 20, width, dtype=np.float32)
    return np.repeat(wall[:, :, None], 3, axis=2).astype(np.uint8)
