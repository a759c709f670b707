"""Is this face, in this frame, good enough to be embedded? Each failure says what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from identity.engines.ports import Face, Image, Mesh

_PATCH = 112


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """`inter_eye` pixels; `sharpness` variance of the Laplacian of the face at 112 x 112, grey; `dark` and `bright`
    mean grey level; `clipped` share of pixels below 4 or above 251; `contrast` standard deviation of grey levels;
    `yaw` and `pitch` degrees."""

    inter_eye: float = 36.0
    sharpness: float = 60.0
    dark: float = 45.0
    bright: float = 215.0
    clipped: float = 0.35
    contrast: float = 14.0
    yaw: float = 18.0
    pitch: float = 25.0


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured, in the units of QualityLimits; `eyes` is the lesser eye aspect ratio. `score` ranks usable frames, higher is better."""

    inter_eye: float
    sharpness: float
    brightness: float
    clipped: float
    contrast: float
    yaw: float
    pitch: float
    eyes: float

    @property
    def score(self) -> float:
        turned = abs(self.yaw) / 10 + abs(self.pitch) / 20
        return float(np.log1p(self.sharpness) - turned + 10 * min(self.eyes, 0.25))


def measure(image: Image, face: Face, mesh: Mesh) -> Quality:
    """Quality of the face in this image, from a patch round it."""
    x, y, width, height = face.box
    left, top = max(0, int(x)), max(0, int(y))
    patch = image[top : max(top + 1, int(y + height)), left : max(left + 1, int(x + width))]
    grey = cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, (_PATCH, _PATCH), interpolation=cv2.INTER_AREA)
    return Quality(
        inter_eye=face.inter_eye,
        sharpness=float(cv2.Laplacian(grey, cv2.CV_64F).var()),
        brightness=float(grey.mean()),
        clipped=float(((grey < 4) | (grey > 251)).mean()),
        contrast=float(grey.std()),
        yaw=mesh.yaw,
        pitch=mesh.pitch,
        eyes=min(mesh.eyes),
    )


def problems(quality: Quality, limits: QualityLimits) -> list[tuple[str, str]]:
    """(code, sentence) of everything that keeps this face from being embedded; empty when nothing does."""
    checks = [
        (
            quality.inter_eye < limits.inter_eye,
            "face_too_small",
            f"Your face is too small in the picture: come closer (the eyes are {quality.inter_eye:.0f} pixels apart,"
            f" {limits.inter_eye:.0f} are needed).",
        ),
        (quality.brightness < limits.dark, "too_dark", "It is too dark: turn towards a light."),
        (quality.brightness > limits.bright, "too_bright", "It is too bright: turn away from the light."),
        (
            quality.clipped > limits.clipped or quality.contrast < limits.contrast,
            "uneven_light",
            "The light hides parts of your face: find softer, more even light.",
        ),
        (
            quality.sharpness < limits.sharpness,
            "blurred",
            "The picture is blurred: hold still and wipe the lens.",
        ),
        (
            abs(quality.yaw) > limits.yaw or abs(quality.pitch) > limits.pitch,
            "not_frontal",
            "Your face is turned away: look straight into the camera before and after each gesture.",
        ),
    ]
    return [(code, sentence) for failed, code, sentence in checks if failed]
