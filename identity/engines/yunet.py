"""YuNet (Wu, Peng and Yu, 2023) through OpenCV: finds faces and five points on each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from threading import Lock
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from identity.engines.ports import Face, Image
from identity.engines.weights import YUNET, verified_path


class YuNet:
    """Detects at most `side` pixels long, whatever the image: a face that has pixels enough to be used is found there.

    The network is loaded at the first call; calls from several threads take turns.
    """

    def __init__(self, *, side: int = 640, confidence: float = 0.7, overlap: float = 0.3) -> None:
        self._side = side
        self._confidence = confidence
        self._overlap = overlap
        self._turn = Lock()

    @cached_property
    def _network(self) -> cv2.FaceDetectorYN:
        return cv2.FaceDetectorYN.create(
            str(verified_path(YUNET)), "", (self._side, self._side), self._confidence, self._overlap, 50
        )

    def detect(self, image: Image) -> Sequence[Face]:
        height, width = image.shape[:2]
        scale = min(1.0, self._side / max(height, width))
        small = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        if scale < 1:
            small = cv2.resize(small, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        with self._turn:
            self._network.setInputSize((small.shape[1], small.shape[0]))
            # OpenCV's stubs do not know that it answers None for no face.
            found = cast("NDArray[np.float32] | None", self._network.detect(small)[1])
        if found is None:
            return []
        rows = found.copy()
        rows[:, :14] /= scale
        faces = [
            Face(
                box=(float(row[0]), float(row[1]), float(row[2]), float(row[3])),
                points=row[4:14].reshape(5, 2),
                score=float(row[14]),
            )
            for row in rows
        ]
        return sorted(faces, key=lambda face: -face.score)
