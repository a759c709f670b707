"""Makes a still photograph perform the gestures of a challenge, since a demo has no camera at hand.

This is what an injection attack does: pictures that no camera ever took are fed in where a camera's should be. It
passes. Gestures show that something moved as a face moves; they do not show that a living person was there, and no
examination of pixels alone can promise that. Only an attested device or a person at the desk closes this door.

The photograph is warped piecewise on its own face mesh: the points are turned by their depth, the triangles painted
from far to near, and rings round the face carry the movement off into the picture, less and less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from identity.engines.assessment.camera import course, filmed
from identity.engines.assessment.warping import Points, boundary, strips, warped
from identity.engines.gestures import Gesture
from identity.engines.mesh import LandmarkerMesh
from identity.engines.ports import Image, Mesh
from identity.engines.yunet import YuNet

__all__ = ["Gesture", "Pose", "Puppet", "perform"]

# Mesh vertices of the upper lids with the ones of the lower lids that they meet, then the fold above each and the skin
# under the brow and the brow itself: right eye from its outer corner, left eye likewise.
_UPPER_LIDS = (246, 161, 160, 159, 158, 157, 173, 466, 388, 387, 386, 385, 384, 398)
_LOWER_LIDS = (7, 163, 144, 145, 153, 154, 155, 249, 390, 373, 374, 380, 381, 382)
_LID_FOLDS = (247, 30, 29, 27, 28, 56, 190, 467, 260, 259, 257, 258, 286, 414)
_UNDER_BROWS = (113, 225, 224, 223, 222, 221, 189, 342, 445, 444, 443, 442, 441, 413)
_BROWS = (46, 46, 53, 52, 65, 55, 55, 276, 276, 283, 282, 295, 285, 285)
_MOUTH_CORNERS = (61, 291)
_EYE_CORNERS = ((33, 133), (362, 263))

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


class Puppet:
    """One photograph of one face. Raises ValueError when there is no face in it."""

    def __init__(self, photo: Image) -> None:
        self._photo = photo
        self._detector, self._mesh = _models()
        self._rest = self._read(photo)
        triangles = self._mesh.canonical.triangles
        self._vertices = self._rest.landmarks[:468].astype(np.float64)
        oval = boundary(triangles)
        self._middle = self._vertices[oval].mean(axis=0)
        self._rings = [self._middle + (self._vertices[oval] - self._middle) * size for size, _ in _RINGS]
        self._oval = oval
        self._strips = strips(len(self._vertices), oval, circles=len(_RINGS))
        self._triangles = triangles

    def perform(self, gesture: Gesture, *, seed: int = 0) -> list[bytes]:
        """Eight JPEG frames of the gesture, with the sway of a hand and the noise of a sensor."""
        return filmed(self.scenes(gesture, course(gesture)), gesture, seed=seed)

    def scenes(self, gesture: Gesture, shares: Sequence[float]) -> Iterator[Image]:
        """The photograph as the gesture takes its course, before any camera."""
        full = self._strong_enough(gesture)
        for share in shares:
            yield self.pose(_share_of(full, share))

    @property
    def eyes(self) -> NDArray[np.float64]:
        """(2, 2): the middles of the right and the left eye, in pixels."""
        return np.array([self._vertices[list(corners), :2].mean(axis=0) for corners in _EYE_CORNERS])

    def pose(self, pose: Pose) -> Image:
        """The photograph with its face in this pose."""
        moved = self._turned(self._expressed(pose), pose)
        shift = moved[self._oval] - self._vertices[self._oval]
        rings = [ring + share * shift for ring, (_, share) in zip(self._rings, _RINGS, strict=True)]
        before = np.vstack([self._vertices, *self._rings])
        after = np.vstack([moved, *rings])
        far_to_near = self._triangles[np.argsort(-moved[self._triangles, 2].mean(axis=1))]
        return warped(self._photo, before, after, np.vstack([self._strips[::-1], far_to_near]))

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


@cache
def _models() -> tuple[YuNet, LandmarkerMesh]:
    """One of each per process, whatever the number of puppets."""
    return YuNet(), LandmarkerMesh()


def perform(photo: Image, gesture: Gesture, *, seed: int = 0) -> list[bytes]:
    """Eight JPEG frames in which the face of an RGB photograph performs the gesture.

    Raises ValueError when there is no face in it.
    """
    return Puppet(photo).perform(gesture, seed=seed)


def _share_of(pose: Pose, share: float) -> Pose:
    return Pose(yaw=pose.yaw * share, pitch=pose.pitch * share, shut=pose.shut * share, smile=pose.smile * share)
