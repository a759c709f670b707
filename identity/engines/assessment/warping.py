"""Carries the pixels of a picture's triangles to where the triangles have moved."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from identity.engines.ports import Image

Points = NDArray[np.float64]
"""(points, 3): x and y in pixels, z on the same scale, smaller is nearer."""


def boundary(triangles: NDArray[np.int64]) -> list[int]:
    """The vertices round a mesh, in order: edges that only one triangle has."""
    edges = {(int(a), int(b)) for triangle in triangles for a, b in zip(triangle, np.roll(triangle, -1), strict=True)}
    following = {a: b for a, b in edges if (b, a) not in edges}
    start = min(following)
    ordered = [start]
    while following[ordered[-1]] != start:
        ordered.append(following[ordered[-1]])
    return ordered


def strips(count: int, oval: list[int], *, circles: int) -> NDArray[np.int64]:
    """Triangles between the face's edge and the circles of points round it, whose vertices follow the face's `count`."""
    size = len(oval)
    lines = [oval] + [[count + ring * size + number for number in range(size)] for ring in range(circles)]
    triangles = []
    for inner, outer in pairwise(lines):
        for number in range(size):
            beyond = (number + 1) % size
            triangles.append((inner[number], inner[beyond], outer[number]))
            triangles.append((inner[beyond], outer[beyond], outer[number]))
    return np.array(triangles)


def warped(photo: Image, before: Points, after: Points, triangles: NDArray[np.int64]) -> Image:
    """Each triangle's pixels carried from `before` to `after`, later triangles over earlier ones."""
    height, width = photo.shape[:2]
    map_x, map_y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    for triangle in triangles:
        target, source = after[triangle, :2], before[triangle, :2]
        left, top = np.maximum(np.floor(target.min(axis=0)).astype(int), 0)
        right, bottom = np.minimum(np.ceil(target.max(axis=0)).astype(int) + 1, (width, height))
        edges = np.column_stack([target[1] - target[0], target[2] - target[0]])
        if left >= right or top >= bottom or abs(np.linalg.det(edges)) < 1e-6:
            continue
        inverse = np.linalg.inv(edges)
        x = np.arange(left, right) - target[0, 0]
        y = (np.arange(top, bottom) - target[0, 1])[:, None]
        u = inverse[0, 0] * x + inverse[0, 1] * y
        v = inverse[1, 0] * x + inverse[1, 1] * y
        inside = (u >= -1e-3) & (v >= -1e-3) & (u + v <= 1 + 1e-3)
        one, two = source[1] - source[0], source[2] - source[0]
        window = (slice(top, bottom), slice(left, right))
        map_x[window][inside] = (source[0, 0] + u * one[0] + v * two[0])[inside]
        map_y[window][inside] = (source[0, 1] + u * one[1] + v * two[1])[inside]
    moved = cv2.remap(photo, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.uint8)
