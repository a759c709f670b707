"""The mean face that the mesh model's authors ship beside it: vertices, triangles, and weights for finding a pose.

Read from `geometry_pipeline_metadata_landmarks.binarypb` in the model's archive, a protocol buffer of MediaPipe's
`GeometryPipelineMetadata` (face_geometry/protos): field 1 is the mesh (3: vertices of x, y, z, u, v in centimetres,
4: triangle corners), each field 2 the weight of one vertex (1: index, 2: weight).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class CanonicalFace:
    """`vertices` (468, 3) in centimetres, x to the viewer's right, y up, z to the camera; `triangles` (898, 3)
    vertex numbers; `weights` (468,) how much a vertex counts when a pose is sought, most of them 0."""

    vertices: NDArray[np.float64]
    triangles: NDArray[np.int64]
    weights: NDArray[np.float64]

    def rotation(self, landmarks: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
        """Rotation (3, 3) and scale that lay the mean face on landmarks (468 or more, 3), which are in image axes.

        Weighted orthogonal Procrustes (Umeyama, 1991) in the axes of `vertices`.
        """
        measured = landmarks[: len(self.vertices)] * np.array([1.0, -1.0, -1.0])
        share = (self.weights / self.weights.sum())[:, None]
        ours = self.vertices - (share * self.vertices).sum(axis=0)
        theirs = measured - (share * measured).sum(axis=0)
        left, sizes, right = np.linalg.svd(theirs.T @ (share * ours))
        flip = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
        scale = float((sizes * flip).sum() / (share * ours**2).sum())
        return (left * flip) @ right, scale


def parse(data: bytes) -> CanonicalFace:
    """The mean face from the bytes of the archive's member."""
    vertices: list[float] = []
    corners: list[int] = []
    weights: dict[int, float] = {}
    for field, value in _fields(data):
        if field == 1 and isinstance(value, bytes):
            for part, item in _fields(value):
                if part == 3 and isinstance(item, bytes):
                    vertices.append(struct.unpack("<f", item)[0])
                elif part == 4 and isinstance(item, int):
                    corners.append(item)
        elif field == 2 and isinstance(value, bytes):
            pair = dict(_fields(value))
            number, weight = pair.get(1, 0), pair[2]
            if isinstance(number, int) and isinstance(weight, bytes):
                weights[number] = struct.unpack("<f", weight)[0]
    mesh = np.array(vertices).reshape(-1, 5)[:, :3]
    return CanonicalFace(
        vertices=mesh,
        triangles=np.array(corners).reshape(-1, 3),
        weights=np.array([weights.get(number, 0.0) for number in range(len(mesh))]),
    )


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        if tag & 7 == 0:
            number, position = _varint(data, position)
            yield tag >> 3, number
        else:
            length = 4
            if tag & 7 == 2:
                length, position = _varint(data, position)
            yield tag >> 3, data[position : position + length]
            position += length


def _varint(data: bytes, position: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7
