"""Makes a still photograph perform the gestures of a challenge, since a demo has no camera at hand.

This is what an injection attack does: pictures that no camera ever took are fed in where a camera's should be. It
passes. Gestures show that something moved as a face moves; they do not show that a living person was there, and no
examination of pixels alone can promise that. Only an attested device or a person at the desk closes this door.

The photograph is warped piecewise on its own face mesh: the points are turned by their depth, the triangles painted
from far to near, and rings round the face carry the movement off into the picture, less and less.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from identity.engines.gestures import Gesture
from identity.engines.mesh import LandmarkerMesh
from identity.engines.ports import Image, Mesh
from identity.engines.yunet import YuNet

Points = NDArray[np.float64]

__all__ = ["Gesture", "Pose", "flat_photograph", "perform"]

# Mesh vertices of the upper lids with the ones of the lower lids that they meet, then the fold above each and the skin
# under the brow and the brow itself: right eye from its outer corner, left eye likewise.
_UPPER_LIDS = (246, 161, 160, 159, 158, 157, 173, 466, 388, 387, 386, 385, 384, 398)
_LOWER_LIDS = (7, 163, 144, 145, 153, 154, 155, 249, 390, 373, 374, 380, 381, 382)
_LID_FOLDS = (247, 30, 29, 27, 28, 56, 190, 467, 260, 259, 257, 258, 286, 414)
_UNDER_BROWS = (113, 225, 224, 223, 222, 221, 189, 342, 445, 444, 443, 442, 441, 413)
_BROWS = (46, 46, 53, 52, 65, 55, 55, 276, 276, 283, 282, 295, 285, 285)
_MOUTH_CORNERS = (61, 291)

# How far each ring round the face lies from its middle, and what share of the face's movement it makes.
_RINGS = ((1.2, 0.75), (1.5, 0.35), (1.9, 0.0))


@dataclass(frozen=True, slots=True)
class Pose:
    """`yaw` (to the person's left) and `pitch` (up) in degrees; `shut` and `smile` from 0 to 1."""

    yaw: float = 0.0
    pitch: float = 0.0
    shut: float = 0.0
    smile: float = 0.0


# What to ask of the puppet, and what its mesh must then read for a client to trust that the gesture was seen.
_FULL = {
    Gesture.TURN_LEFT: Pose(yaw=34),
    Gesture.TURN_RIGHT: Pose(yaw=-34),
    Gesture.LOOK_UP: Pose(pitch=26),
    Gesture.BLINK_TWICE: Pose(shut=0.97),
    Gesture.SMILE: Pose(smile=1.0),
}
_CURVES: dict[int, tuple[float, ...]] = {
    1: (0.0, 0.0, 0.35, 0.75, 1.0, 1.0, 0.6, 0.15),
    2: (0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.2, 0.0),
}


class Puppet:
    """One photograph of one face. Raises ValueError when there is no face in it."""

    def __init__(self, photo: Image) -> None:
        self._photo = photo
        self._detector = YuNet()
        self._mesh = LandmarkerMesh()
        self._rest = self._read(photo)
        triangles = self._mesh.canonical.triangles
        self._vertices = self._rest.landmarks[:468].astype(np.float64)
        oval = _boundary(triangles)
        self._middle = self._vertices[oval].mean(axis=0)
        self._rings = [self._middle + (self._vertices[oval] - self._middle) * size for size, _ in _RINGS]
        self._oval = oval
        self._strips = _strips(len(self._vertices), oval)
        self._triangles = triangles

    def perform(self, gesture: Gesture, *, seed: int = 0) -> list[bytes]:
        """Eight JPEG frames of the gesture, with the sway of a hand and the noise of a sensor."""
        random = np.random.default_rng([seed, *gesture.value.encode()])
        full = self._strong_enough(gesture)
        curve = _CURVES[2 if gesture is Gesture.BLINK_TWICE else 1]
        return [
            _photographed(self.pose(_share_of(full, share)), random, time / len(curve))
            for time, share in enumerate(curve)
        ]

    def pose(self, pose: Pose) -> Image:
        """The photograph with its face in this pose."""
        moved = self._turned(self._expressed(pose), pose)
        shift = moved[self._oval] - self._vertices[self._oval]
        rings = [ring + share * shift for ring, (_, share) in zip(self._rings, _RINGS, strict=True)]
        before = np.vstack([self._vertices, *self._rings])
        after = np.vstack([moved, *rings])
        far_to_near = self._triangles[np.argsort(-moved[self._triangles, 2].mean(axis=1))]
        return _warped(self._photo, before, after, np.vstack([self._strips[::-1], far_to_near]))

    def _strong_enough(self, gesture: Gesture) -> Pose:
        """Some faces' meshes are flatter than others': turn further until the mesh reads the turn."""
        pose = _FULL[gesture]
        for _ in range(5):
            try:
                read = self._read(self.pose(pose))
            except ValueError:
                break
            turned = abs(read.yaw - self._rest.yaw) if pose.yaw else read.pitch - self._rest.pitch
            needed = 24 if pose.yaw else 18
            if not (pose.yaw or pose.pitch) or turned >= needed:
                break
            pose = replace(pose, yaw=pose.yaw * 1.15, pitch=pose.pitch * 1.15)
        return pose

    def _read(self, image: Image) -> Mesh:
        faces = self._detector.detect(image)
        if not faces:
            raise ValueError("There is no face in this photograph.")
        return self._mesh.measure(image, faces[0])

    def _expressed(self, pose: Pose) -> Points:
        points = self._vertices.copy()
        drop = pose.shut * (points[list(_LOWER_LIDS)] - points[list(_UPPER_LIDS)])
        # The skin above comes down with the lid, or the mesh still sees the eye's dark outline (tried on 18 faces).
        for row, share in ((_UPPER_LIDS, 1.0), (_LID_FOLDS, 1.0), (_UNDER_BROWS, 1.0), (_BROWS, 0.6)):
            points[list(row)] += share * drop
        right, left = _MOUTH_CORNERS
        across = points[left] - points[right]
        down = np.array([-across[1], across[0], 0.0])
        for corner, side in ((right, -1.0), (left, 1.0)):
            away = np.linalg.norm(self._vertices[:, :2] - self._vertices[corner, :2], axis=1)
            near = np.exp(-0.5 * (away / (0.45 * np.linalg.norm(across))) ** 2)
            points += pose.smile * near[:, None] * (0.16 * side * across - 0.14 * down)
        return points

    def _turned(self, points: Points, pose: Pose) -> Points:
        yaw, pitch = np.radians(pose.yaw), np.radians(pose.pitch)
        # Image axes: x right, y down, z away. The person's left is the image's right.
        about_y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
        about_x = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
        turned: Points = self._middle + (points - self._middle) @ (about_x @ about_y).T
        return turned


def perform(photo: Image, gesture: Gesture, *, seed: int = 0) -> list[bytes]:
    """Eight JPEG frames in which the face of an RGB photograph performs the gesture.

    Raises ValueError when there is no face in it.
    """
    return Puppet(photo).perform(gesture, seed=seed)


def flat_photograph(photo: Image, gesture: Gesture, *, degrees: float = 40.0, seed: int = 0) -> list[bytes]:
    """Eight JPEG frames of a flat print moved before the camera as if to perform the gesture: it must be refused.

    The print is turned about the gesture's axis in true perspective; for a blink or smile it is tilted to and fro.
    """
    random = np.random.default_rng([seed, *gesture.value.encode()])
    full = {
        Gesture.TURN_LEFT: (degrees, 0.0),
        Gesture.TURN_RIGHT: (-degrees, 0.0),
        Gesture.LOOK_UP: (0.0, degrees),
        Gesture.BLINK_TWICE: (0.0, degrees),
        Gesture.SMILE: (degrees / 2, degrees / 2),
    }[gesture]
    curve = _CURVES[2 if gesture is Gesture.BLINK_TWICE else 1]
    return [
        _photographed(_print_turned(photo, share * full[0], share * full[1]), random, time / len(curve))
        for time, share in enumerate(curve)
    ]


def _share_of(pose: Pose, share: float) -> Pose:
    return Pose(yaw=pose.yaw * share, pitch=pose.pitch * share, shut=pose.shut * share, smile=pose.smile * share)


def _photographed(image: Image, random: np.random.Generator, time: float) -> bytes:
    """As a hand-held camera would take it: a slow sway, noise, JPEG."""
    height, width = image.shape[:2]
    sway = np.array([np.sin(2 * np.pi * time), np.cos(3 * np.pi * time)]) * 0.006 * width + random.normal(0, 0.6, 2)
    move = cv2.getRotationMatrix2D((width / 2, height / 2), 0.8 * np.sin(4 * time) + random.normal(0, 0.1), 1.0)
    move[:, 2] += sway
    moved = cv2.warpAffine(image, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    noisy = np.clip(moved + random.normal(0, 1.5, moved.shape), 0, 255).astype(np.uint8)
    done, data = cv2.imencode(".jpg", cv2.cvtColor(noisy, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])
    if not done:
        raise RuntimeError("OpenCV could not write a JPEG.")
    return data.tobytes()


def _print_turned(photo: Image, yaw: float, pitch: float) -> Image:
    height, width = photo.shape[:2]
    focal = 1.2 * max(height, width)
    turn = cv2.Rodrigues(np.radians([-pitch, 0.0, 0.0]))[0] @ cv2.Rodrigues(np.radians([0.0, yaw, 0.0]))[0]
    camera = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    plane = np.column_stack([turn[:, 0], turn[:, 1], [0, 0, focal]])
    centred = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    map_ = camera @ plane @ centred
    return np.asarray(cv2.warpPerspective(photo, map_, (width, height), borderValue=(90, 90, 90)), dtype=np.uint8)


def _boundary(triangles: NDArray[np.int64]) -> list[int]:
    """The vertices round a mesh, in order: edges that only one triangle has."""
    edges = {(int(a), int(b)) for triangle in triangles for a, b in zip(triangle, np.roll(triangle, -1), strict=True)}
    following = {a: b for a, b in edges if (b, a) not in edges}
    start = min(following)
    ordered = [start]
    while following[ordered[-1]] != start:
        ordered.append(following[ordered[-1]])
    return ordered


def _strips(count: int, oval: list[int]) -> NDArray[np.int64]:
    """Triangles between the face's edge and the rings round it, whose vertices follow the face's `count`."""
    size = len(oval)
    circles = [oval] + [[count + ring * size + number for number in range(size)] for ring in range(len(_RINGS))]
    strips = []
    for inner, outer in pairwise(circles):
        for number in range(size):
            beyond = (number + 1) % size
            strips.append((inner[number], inner[beyond], outer[number]))
            strips.append((inner[beyond], outer[beyond], outer[number]))
    return np.array(strips)


def _warped(photo: Image, before: Points, after: Points, triangles: NDArray[np.int64]) -> Image:
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
    warped = cv2.remap(photo, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, dtype=np.uint8)
