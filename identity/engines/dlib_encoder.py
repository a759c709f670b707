"""The second opinion: the ResNet of the `face-recognition` package (dlib, King 2017), an embedding of its own training.

The package loads a 68-point landmark model when it is imported, whose training data (iBUG 300-W) may not be used
commercially. It is never used here: the package is given the five-point model (CC0) in its place, and the encoder is
called with `model="small"`. See docs/decisions/0003-second-opinion.md.
"""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFile

from identity.engines.images import strict_pillow
from identity.engines.ports import Face, Image, Vector
from identity.engines.weights import DLIB_FIVE_POINTS, DLIB_RESNET, verified_path

# The box that dlib's own detector draws, in inter-eye distances from the middle of YuNet's eyes: the five-point model
# was trained in such boxes. Means over 40 photographs of the Face Research Lab London Set; they spread by 0.07-0.17.
_CENTRE_RIGHT, _CENTRE_DOWN, _SIDE = 0.05, 0.52, 2.23


class _FaceRecognition(Protocol):
    def face_encodings(
        self, face_image: Image, known_face_locations: list[tuple[int, int, int, int]], *, model: str
    ) -> list[NDArray[np.float64]]: ...


class DlibEncoder:
    """Loaded at the first call; calls from several threads take turns."""

    name = "face-recognition-1.3.0 dlib-resnet-v1"
    dimensions = 128

    def __init__(self) -> None:
        self._turn = Lock()

    @cached_property
    def _package(self) -> _FaceRecognition:
        return _import_without_landmarks_of_68()

    def embed(self, image: Image, face: Face) -> Vector:
        eyes = face.points[:2].mean(axis=0)
        half = face.inter_eye * _SIDE / 2
        x, y = eyes + np.array([_CENTRE_RIGHT, _CENTRE_DOWN]) * face.inter_eye
        height, width = image.shape[:2]
        box = (
            round(max(0.0, y - half)),
            round(min(float(width), x + half)),
            round(min(float(height), y + half)),
            round(max(0.0, x - half)),
        )
        with self._turn:
            (encoding,) = self._package.face_encodings(image, [box], model="small")
        unit: Vector = (encoding / np.linalg.norm(encoding)).astype(np.float32)
        return unit


def _import_without_landmarks_of_68() -> _FaceRecognition:
    verified_path(DLIB_RESNET)
    small = str(verified_path(DLIB_FIVE_POINTS))
    import face_recognition_models as models

    original = models.pose_predictor_model_location
    # Importing face_recognition also tells Pillow to accept truncated images from then on.
    with strict_pillow:
        truncated = ImageFile.LOAD_TRUNCATED_IMAGES
        models.pose_predictor_model_location = lambda: small
        try:
            import face_recognition
        finally:
            models.pose_predictor_model_location = original
            ImageFile.LOAD_TRUNCATED_IMAGES = truncated
    return cast(_FaceRecognition, face_recognition)
