"""What the face side needs from any model, and the values that pass between the steps.

Left and right are the person's own, never the viewer's: a camera frame is not mirrored, so the person's left eye has
the larger x. Angles are degrees. Lengths are pixels of the decoded image.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""(height, width, 3) RGB."""

Vector = NDArray[np.float32]
"""(dimensions,) of unit length."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One detected face.

    `box` is x, y, width, height. `points` is (5, 2): right eye, left eye, nose tip, right and left mouth corner.
    `score` is the detector's confidence, 0 to 1.
    """

    box: tuple[float, float, float, float]
    points: NDArray[np.float32]
    score: float

    @property
    def inter_eye(self) -> float:
        """Distance between the eye centres."""
        return float(np.hypot(*(self.points[1] - self.points[0])))


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """The face mesh of one face and what is read from it.

    `landmarks` is (478, 3): x and y in pixels, z on the same scale, smaller is nearer to the camera.
    `presence` is the model's belief that there is a face, 0 to 1.
    `yaw` is positive when the person turns to their own left, `pitch` when they look up, `roll` when the head leans
    to their own left shoulder.
    `eyes` is the eye aspect ratio (Soukupova and Cech, 2016), right and left: about 0.3 open, 0 shut.
    `lids` is the gap between the lids over the length of the nose, right and left: tilting a flat picture makes `eyes`
    smaller, and leaves this.
    `mouth_width` and `mouth_drop` are the width of the mouth, and the way from the outer eye corners to the mouth's
    corners, both over the distance of the outer eye corners and freed of the head's turn: a smile widens the one and
    shortens the other.
    """

    landmarks: NDArray[np.float32]
    presence: float
    yaw: float
    pitch: float
    roll: float
    eyes: tuple[float, float]
    lids: tuple[float, float]
    mouth_width: float
    mouth_drop: float


class FaceDetector(Protocol):
    def detect(self, image: Image) -> Sequence[Face]:
        """Every face in the image, most confident first; empty when there is none."""


class FaceMesh(Protocol):
    def measure(self, image: Image, face: Face) -> Mesh:
        """The mesh of this face."""


class FaceEmbedder(Protocol):
    @property
    def name(self) -> str:
        """Model and version, kept beside what was computed with it."""

    @property
    def dimensions(self) -> int:
        """Length of the vectors."""

    def embed(self, image: Image, face: Face) -> Vector:
        """Vector of unit length; the dot product of two is their cosine similarity."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The four models of one examination."""

    detector: FaceDetector
    mesh: FaceMesh
    embedder: FaceEmbedder
    second_opinion: FaceEmbedder
