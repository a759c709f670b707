"""Captures made worse, one way at a time, in steps that mean the same for every camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from identity.engines.assessment.puppet import Pose, Puppet
from identity.engines.ports import Face, Image

Worsen = Callable[[Image, Face], Image]


@dataclass(frozen=True, slots=True)
class Degradation:
    """`kind` in one `strength` of a `unit`; `worsen` takes an image and its one face."""

    kind: str
    strength: float
    unit: str
    worsen: Worsen


def degradations(*, quick: bool = False) -> Iterator[Degradation]:
    """Every kind, mildest first; the middle strength alone when `quick`."""
    for kind, unit, strengths, worsen in _KINDS:
        for strength in strengths[1:2] if quick else strengths:
            yield Degradation(kind, strength, unit, partial(worsen, strength=strength))


def _smaller(image: Image, face: Face, *, strength: float) -> Image:
    scale = min(1.0, strength / face.inter_eye)
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _blurred(image: Image, face: Face, *, strength: float) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), strength / 100 * face.inter_eye), dtype=np.uint8)


def _darker(image: Image, face: Face, *, strength: float) -> Image:
    """Less light, and a sensor's noise in it: shot noise of 2,000 electrons at white, and two grey levels of reading."""
    dimmed = image.astype(np.float32) * (strength / 100)
    noise = np.random.default_rng(image.shape[:2]).standard_normal(image.shape, dtype=np.float32)
    noisy = dimmed + noise * np.sqrt(dimmed * (255 / 2_000) + 4)
    return np.asarray(np.clip(noisy, 0, 255), dtype=np.uint8)


def _side_lit(image: Image, face: Face, *, strength: float) -> Image:
    """Light from one side: across the face it falls to `strength` per cent."""
    across = (np.arange(image.shape[1]) - face.points[:2, 0].mean()) / face.inter_eye
    light = strength / 100 + (1 - strength / 100) / (1 + np.exp(-4 * across))
    return np.asarray(np.clip(image * light[None, :, None], 0, 255), dtype=np.uint8)


def _turned(image: Image, face: Face, *, strength: float) -> Image:
    return Puppet(image).pose(Pose(yaw=strength))


def _compressed(image: Image, face: Face, *, strength: float) -> Image:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(strength)])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


_KINDS: tuple[tuple[str, str, tuple[float, ...], Callable[..., Image]], ...] = (
    ("size", "pixels between the eyes", (40, 28, 18), _smaller),
    ("blur", "per cent of the eyes' distance (sigma)", (2, 4, 7), _blurred),
    ("dark", "per cent of the light", (40, 20, 8), _darker),
    ("side light", "per cent of the light on the far side", (40, 20, 8), _side_lit),
    ("pose", "degrees of yaw, by a warp of the face mesh", (12, 24, 36), _turned),
    ("jpeg", "quality of the JPEG", (30, 15, 6), _compressed),
)
