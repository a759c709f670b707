"""The engines that come with the house. Settings name this function, or another that returns `Engines`."""

from __future__ import annotations

from functools import cache

import cv2

from identity.engines.dlib_encoder import DlibEncoder
from identity.engines.mesh import LandmarkerMesh
from identity.engines.ports import Engines
from identity.engines.sface import SFace
from identity.engines.yunet import YuNet


@cache
def default_engines() -> Engines:
    """YuNet, MediaPipe's mesh, SFace, and dlib's ResNet for a second opinion: one of each per process.

    Nothing is loaded until it is first used. OpenCV is kept to one thread, since workers are processes.
    """
    cv2.setNumThreads(1)
    return Engines(detector=YuNet(), mesh=LandmarkerMesh(), embedder=SFace(), second_opinion=DlibEncoder())
