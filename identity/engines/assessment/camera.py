"""What a hand-held camera makes of the scenes before it, and the course that a gesture takes in them."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from identity.engines.gestures import Gesture
from identity.engines.ports import Image

# Shares of the full gesture, frame by frame.
_ONCE = (0.0, 0.0, 0.35, 0.75, 1.0, 1.0, 0.6, 0.15)
_TWICE = (0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.2, 0.0)
_ONCE_BRIEFLY = (0.0, 0.0, 0.5, 1.0, 0.6)
_TWICE_BRIEFLY = (0.0, 0.0, 1.0, 0.0, 1.0, 0.0)


def course(gesture: Gesture, *, brief: bool = False) -> tuple[float, ...]:
    """How far the gesture has gone in each of eight frames, 0 at rest to 1; `brief` in the five or six that a check
    needs at least, for measurements of many."""
    if gesture is Gesture.BLINK_TWICE:
        return _TWICE_BRIEFLY if brief else _TWICE
    return _ONCE_BRIEFLY if brief else _ONCE


def filmed(scenes: Iterable[Image], gesture: Gesture, *, seed: int) -> list[bytes]:
    """A JPEG frame of each scene. `seed` and the gesture draw the hand's sway and the sensor's noise."""
    random = np.random.default_rng([seed, *gesture.value.encode()])
    steps = len(course(gesture))
    return [_photographed(scene, random, number / steps) for number, scene in enumerate(scenes)]


def _photographed(scene: Image, random: np.random.Generator, time: float) -> bytes:
    height, width = scene.shape[:2]
    sway = np.array([np.sin(2 * np.pi * time), np.cos(3 * np.pi * time)]) * 0.006 * width + random.normal(0, 0.6, 2)
    move = cv2.getRotationMatrix2D((width / 2, height / 2), 0.8 * np.sin(4 * time) + random.normal(0, 0.1), 1.0)
    move[:, 2] += sway
    moved = cv2.warpAffine(scene, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    noisy = np.clip(moved + random.normal(0, 1.5, moved.shape), 0, 255).astype(np.uint8)
    done, data = cv2.imencode(".jpg", cv2.cvtColor(noisy, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])
    if not done:
        raise RuntimeError("OpenCV could not write a JPEG.")
    return data.tobytes()
