"""The face mesh of MediaPipe's landmarker (Kartynnik et al., 2019; Grishchenko et al., 2020), run by OpenCV.

Only Google's file of weights is used. The crop follows MediaPipe's face_landmarks_detector_graph: a square of 1.5 times
the face's longer side, turned so that the eyes lie level, 256 x 256, RGB from 0 to 1.
"""

from __future__ import annotations

import zipfile
from functools import cached_property
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from identity.engines.canonical import CanonicalFace, parse
from identity.engines.ports import Face, Image, Mesh
from identity.engines.weights import FACE_MESH, verified_path

_SIDE = 256
_MARGIN = 1.5

# Vertex numbers of the mesh. Per eye: outer corner, inner corner, then pairs of upper and lower lid.
_Eye = tuple[int, int, tuple[int, int], tuple[int, int]]
_RIGHT_EYE: _Eye = (33, 133, (160, 144), (158, 153))
_LEFT_EYE: _Eye = (263, 362, (387, 373), (385, 380))
_MOUTH_CORNERS = (61, 291)
_NOSE = (168, 2)


class LandmarkerMesh:
    """Loaded at the first call; calls from several threads take turns."""

    def __init__(self) -> None:
        self._turn = Lock()

    @cached_property
    def canonical(self) -> CanonicalFace:
        return parse(_member("geometry_pipeline_metadata_landmarks.binarypb"))

    @cached_property
    def _network(self) -> cv2.dnn.Net:
        weights = np.frombuffer(_member("face_landmarks_detector.tflite"), np.uint8)
        return cv2.dnn.readNetFromTFLite(weights)

    def measure(self, image: Image, face: Face) -> Mesh:
        crop = _crop(face)
        patch = cv2.warpAffine(image, crop, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        with self._turn:
            self._network.setInput(cv2.dnn.blobFromImage(patch, 1 / 255))
            points, presence = self._network.forward(["Identity", "Identity_1"])
        landmarks = np.asarray(points, dtype=np.float32).reshape(-1, 3)
        return self._read(_uncrop(landmarks, crop), float(np.ravel(presence)[0]))

    def _read(self, landmarks: NDArray[np.float32], presence: float) -> Mesh:
        rotation, _ = self.canonical.rotation(landmarks)
        # Rotation = Rz(roll) Ry(yaw) Rx(pitch), of the mean face that looks along +z.
        looking = rotation[:, 2]
        level = (landmarks * np.array([1.0, -1.0, -1.0])) @ rotation
        eyes = _length(level, _RIGHT_EYE[0], _LEFT_EYE[0])
        right, left = _MOUTH_CORNERS
        nose = _length(landmarks[:, :2], *_NOSE)
        return Mesh(
            landmarks=landmarks,
            presence=1 / (1 + float(np.exp(-presence))),
            yaw=float(np.degrees(np.arctan2(looking[0], looking[2]))),
            pitch=float(np.degrees(np.arcsin(np.clip(looking[1], -1, 1)))),
            roll=float(np.degrees(np.arctan2(rotation[1, 0], rotation[0, 0]))),
            eyes=(_aspect(landmarks, _RIGHT_EYE), _aspect(landmarks, _LEFT_EYE)),
            lids=(_gap(landmarks, _RIGHT_EYE) / nose, _gap(landmarks, _LEFT_EYE) / nose),
            mouth_width=_length(level, right, left) / eyes,
            mouth_drop=(_length(level, right, _RIGHT_EYE[0]) + _length(level, left, _LEFT_EYE[0])) / eyes,
        )


def _member(name: str) -> bytes:
    with zipfile.ZipFile(verified_path(FACE_MESH)) as archive:
        return archive.read(name)


def _crop(face: Face) -> NDArray[np.float64]:
    """(2, 3) affine map from the image to the model's square."""
    x, y, width, height = face.box
    right, left = face.points[0], face.points[1]
    angle = float(np.arctan2(left[1] - right[1], left[0] - right[0]))
    scale = _SIDE / (_MARGIN * max(width, height))
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.array([[cos, sin], [-sin, cos]])
    centre = np.array([x + width / 2, y + height / 2])
    return np.column_stack([turn, _SIDE / 2 - turn @ centre])


def _uncrop(points: NDArray[np.float32], crop: NDArray[np.float64]) -> NDArray[np.float32]:
    back = np.linalg.inv(crop[:, :2])
    flat = (points[:, :2] - crop[:, 2]) @ back.T
    depth = points[:, 2:] / np.hypot(crop[0, 0], crop[0, 1])
    return np.hstack([flat, depth]).astype(np.float32)


def _length(points: NDArray[np.floating], one: int, other: int) -> float:
    return float(np.linalg.norm(points[one] - points[other]))


def _gap(landmarks: NDArray[np.float32], eye: _Eye) -> float:
    flat = landmarks[:, :2]
    return (_length(flat, *eye[2]) + _length(flat, *eye[3])) / 2


def _aspect(landmarks: NDArray[np.float32], eye: _Eye) -> float:
    return _gap(landmarks, eye) / _length(landmarks[:, :2], eye[0], eye[1])
