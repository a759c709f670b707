"""From files to vectors, one image at a time, and what could not be used and why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from identity.engines import quality
from identity.engines.assessment.folder import Collection
from identity.engines.assessment.rates import Subjects
from identity.engines.assessment.systems import Matrix
from identity.engines.capture import ExaminationLimits
from identity.engines.images import ImageRefused, decode
from identity.engines.ports import Engines, Face, Image

_LIMITS = ExaminationLimits()


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    """One image, and the reason codes for which the house would have it taken again (those of an examination)."""

    path: Path
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Acquired:
    """Images with one face: whose (`subject`, numbered in the collection's order), which (`path`), both models' unit
    vectors, and whether the quality gate lets it `pass`. `failures` holds those with none and those the gate rejects.
    `fingerprint` is a SHA-256 over names and contents: the same images, the same figures."""

    subject: Subjects
    path: tuple[Path, ...]
    leading: Matrix
    second: Matrix
    passes: np.ndarray[tuple[int], np.dtype[np.bool_]]
    failures: tuple[Failure, ...]
    fingerprint: str


def face_of(image: Image, engines: Engines) -> tuple[Face | None, tuple[str, ...]]:
    """The one face of an image, None when there is none or several, and what the quality gate says against it.

    The rules are those of `examination`, which holds every frame of a capture to them.
    """
    faces = engines.detector.detect(image)
    if not faces:
        return None, ("no_face",)
    largest = max(faces, key=lambda face: face.inter_eye)
    if sum(face.inter_eye >= _LIMITS.other_face * largest.inter_eye for face in faces) > 1:
        return None, ("two_faces",)
    mesh = engines.mesh.measure(image, largest)
    if mesh.presence < _LIMITS.presence:
        return None, ("no_face",)
    measured = quality.measure(image, largest, mesh)
    return largest, tuple(code for code, _ in quality.problems(measured, _LIMITS.quality))


def acquire(collection: Collection, engines: Engines, done: Callable[[int], None]) -> Acquired:
    """Every image of the collection; `done` is told how many so far. Pixels are let go one by one."""
    subjects: list[int] = []
    paths: list[Path] = []
    leading, second, passes = [], [], []
    failures: list[Failure] = []
    digest = hashlib.sha256()
    count = 0
    for number, (name, files) in enumerate(collection.images.items()):
        for path in files:
            count += 1
            done(count)
            try:
                data = path.read_bytes()
                digest.update(f"{name}/{path.name} {hashlib.sha256(data).hexdigest()}\n".encode())
                image = decode(data)
            except ImageRefused as error:
                failures.append(Failure(path, (error.code,)))
                continue
            except OSError:
                failures.append(Failure(path, ("unreadable",)))
                continue
            face, codes = face_of(image, engines)
            if codes:
                failures.append(Failure(path, codes))
            if face is None:
                continue
            subjects.append(number)
            paths.append(path)
            leading.append(engines.embedder.embed(image, face))
            second.append(engines.second_opinion.embed(image, face))
            passes.append(not codes)
    return Acquired(
        subject=np.array(subjects, dtype=np.int64),
        path=tuple(paths),
        leading=np.array(leading, dtype=np.float64).reshape(len(paths), -1),
        second=np.array(second, dtype=np.float64).reshape(len(paths), -1),
        passes=np.array(passes, dtype=np.bool_),
        failures=tuple(failures),
        fingerprint=digest.hexdigest(),
    )
