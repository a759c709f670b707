"""Presentation attack instruments (ISO/IEC 30107-1): what an attacker could hold before the camera, synthesised."""

from __future__ import annotations

import cv2
import numpy as np

from identity.engines.assessment.camera import course, filmed
from identity.engines.gestures import Gesture
from identity.engines.ports import Image


def flat_photograph(photo: Image, gesture: Gesture, *, degrees: float = 40.0, seed: int = 0) -> list[bytes]:
    """Eight JPEG frames of a flat print moved before the camera as if to perform the gesture: it must be refused.

    The print is turned about the gesture's axis in true perspective; for a blink or smile it is tilted to and fro.
    """
    yaw, pitch = _tilt(gesture, degrees)
    scenes = (_print_turned(photo, share * yaw, share * pitch) for share in course(gesture))
    return filmed(scenes, gesture, seed=seed)


def _tilt(gesture: Gesture, degrees: float) -> tuple[float, float]:
    return {
        Gesture.TURN_LEFT: (degrees, 0.0),
        Gesture.TURN_RIGHT: (-degrees, 0.0),
        Gesture.LOOK_UP: (0.0, degrees),
        Gesture.BLINK_TWICE: (0.0, degrees),
        Gesture.SMILE: (degrees / 2, degrees / 2),
    }[gesture]


def _print_turned(photo: Image, yaw: float, pitch: float) -> Image:
    height, width = photo.shape[:2]
    focal = 1.2 * max(height, width)
    turn = cv2.Rodrigues(np.radians([-pitch, 0.0, 0.0]))[0] @ cv2.Rodrigues(np.radians([0.0, yaw, 0.0]))[0]
    camera = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    plane = np.column_stack([turn[:, 0], turn[:, 1], [0, 0, focal]])
    centred = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    map_ = camera @ plane @ centred
    return np.asarray(cv2.warpPerspective(photo, map_, (width, height), borderValue=(90, 90, 90)), dtype=np.uint8)
