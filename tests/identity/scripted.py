"""Engines that read from a painted picture whose face it is and how it is posed: for tests of all but the models.

A picture's upper left corner is one flat patch: red is who, green is the pose, blue the take; the rest is noise.
"""

import io
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from identity.engines.gestures import Gesture
from identity.engines.ports import Engines, Face, Image, Mesh, Vector

SIDE = 160
POSES = {"rest": 0, "shut": 1, Gesture.TURN_LEFT: 2, Gesture.TURN_RIGHT: 3, Gesture.LOOK_UP: 4, Gesture.SMILE: 5}


def painted(who: int, gesture: Gesture, *, take: int) -> tuple[bytes, ...]:
    """Five PNG frames in which person `who` (0 to 255) performs the gesture; another `take` is another picture."""
    moved = "shut" if gesture is Gesture.BLINK_TWICE else gesture
    random = np.random.default_rng([who, take, *gesture.value.encode()])
    return tuple(_picture(who, POSES[pose], take, random) for pose in ("rest", moved, "rest", moved, "rest"))


def _picture(who: int, pose: int, take: int, random: np.random.Generator) -> bytes:
    # Large grains: sharp enough for the quality gate, and a file of a few kilobytes.
    grains = random.integers(60, 200, (SIDE // 8, SIDE // 8, 3), dtype=np.uint8)
    pixels = grains.repeat(8, axis=0).repeat(8, axis=1)
    pixels[:8, :8] = (who, pose * 10, take)
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


class Detector:
    def detect(self, image: Image) -> list[Face]:
        points = np.array([[50, 60], [110, 60], [80, 90], [60, 120], [100, 120]], dtype=np.float32)
        return [Face(box=(20, 20, 120, 120), points=points, score=1.0)]


class Meshes:
    def measure(self, image: Image, face: Face) -> Mesh:
        pose = int(image[0, 0, 1]) // 10
        landmarks = np.random.default_rng(1).uniform(20, 140, (478, 3)).astype(np.float32)
        landmarks[33], landmarks[263] = (50, 60, 0), (110, 60, 0)
        turned = {POSES[Gesture.TURN_LEFT]: 40.0, POSES[Gesture.TURN_RIGHT]: -40.0}.get(pose, 0.0)
        eyes = 0.02 if pose == POSES["shut"] else 0.3
        smiles = pose == POSES[Gesture.SMILE]
        return Mesh(
            landmarks=landmarks + 10 * pose,
            presence=1.0,
            yaw=turned,
            pitch=30.0 if pose == POSES[Gesture.LOOK_UP] else 0.0,
            roll=0.0,
            eyes=(eyes, eyes),
            lids=(eyes, eyes),
            mouth_width=0.6 if smiles else 0.5,
            mouth_drop=0.8 if smiles else 0.9,
        )


class Embedder:
    dimensions = 128

    def __init__(self, name: str) -> None:
        self.name = name

    def embed(self, image: Image, face: Face) -> Vector:
        who, _, take = (int(value) for value in image[0, 0])
        own: NDArray[np.float64] = np.random.default_rng([who, 7]).normal(size=self.dimensions)
        # The same face is never embedded quite the same twice.
        noise = np.random.default_rng([take, *self.name.encode()]).normal(size=self.dimensions)
        vector = own / np.linalg.norm(own) + 0.2 * noise / np.linalg.norm(noise)
        unit: Vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        return unit


@cache
def scripted_engines() -> Engines:
    """To be named by `settings.FACE_ENGINES`."""
    return Engines(Detector(), Meshes(), Embedder("scripted-leading"), Embedder("scripted-second"))
