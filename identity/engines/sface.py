"""SFace (Zhong et al., 2021) through OpenCV: the embedding that leads every decision."""

from __future__ import annotations

from functools import cached_property
from threading import Lock

import cv2
import numpy as np

from identity.engines.ports import Face, Image, Vector
from identity.engines.weights import SFACE, verified_path


class SFace:
    """Loaded at the first call; calls from several threads take turns."""

    name = "sface-2021dec-int8bq"
    dimensions = 128

    def __init__(self) -> None:
        self._turn = Lock()

    @cached_property
    def _network(self) -> cv2.FaceRecognizerSF:
        return cv2.FaceRecognizerSF.create(str(verified_path(SFACE)), "")

    def embed(self, image: Image, face: Face) -> Vector:
        row = np.concatenate([face.box, face.points.ravel(), [face.score]]).astype(np.float32)
        with self._turn:
            aligned = self._network.alignCrop(image, row)
            feature = self._network.feature(cv2.cvtColor(aligned, cv2.COLOR_RGB2BGR))
        vector = np.asarray(feature, dtype=np.float32).ravel()
        unit: Vector = vector / np.linalg.norm(vector)
        return unit
