"""The photographs that accuracy is measured on, as they are and degraded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from identity.engines.assessment.systems import Matrix
from identity.engines.images import decode
from identity.engines.ports import Engines, Image, Vector


def _grey(image: Image) -> Image:
    return np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2).astype(np.uint8)


def _small(image: Image) -> Image:
    return np.asarray(cv2.resize(image, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _blurred(image: Image) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 6), dtype=np.uint8)


def _compressed(image: Image, quality: int = 6) -> Image:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


DEGRADED: dict[str, Callable[[Image], Image]] = {
    "as it is": lambda image: image,
    "grey": _grey,
    "small": _small,  # eyes 20 pixels apart
    "blur": _blurred,  # sigma of 6 pixels, eyes 95 apart
    "jpeg": _compressed,  # quality 6
    "poor": lambda image: _compressed(_small(_grey(image)), 40),
}


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Unit vectors of every photograph, (photographs, dimensions): two rows a person, in the order of `people`."""

    leading: Matrix
    second: Matrix


def people(folder: Path) -> list[str]:
    """The numbers of the people who have both photographs."""
    return sorted(path.parent.name for path in folder.glob("*/neutral.jpg") if (path.parent / "smiling.jpg").exists())


def vectors(folder: Path, names: list[str], condition: str, engines: Engines) -> Vectors:
    """Both models' vectors under one condition. A face that is not found gives a vector of zeros, like nobody."""
    leading: list[Vector] = []
    second: list[Vector] = []
    for name in names:
        for expression in ("neutral", "smiling"):
            photo = decode((folder / name / f"{expression}.jpg").read_bytes())
            image = np.ascontiguousarray(DEGRADED[condition](photo))
            faces = engines.detector.detect(image)
            for model, rows in ((engines.embedder, leading), (engines.second_opinion, second)):
                rows.append(model.embed(image, faces[0]) if faces else np.zeros(model.dimensions, dtype=np.float32))
    return Vectors(np.array(leading, dtype=np.float64), np.array(second, dtype=np.float64))
