"""Error rates of searches, one to many, in the terms of ISO/IEC 19795-1.

A gallery holds one image of each of N people. A mated search is by another image of somebody in it, a non-mated one by
an image of somebody taken out of it (N - 1 remain). False positive identification rate (FPIR): share of non-mated
searches that return anybody. False negative identification rate (FNIR): share of mated searches that do not return the
mate. Every candidate within the threshold is returned (R = N), since the house stops a newcomer for any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from identity.engines.assessment.intervals import Weights
from identity.engines.assessment.rates import Distances, Subjects


@dataclass(frozen=True, slots=True, eq=False)
class Searches:
    """One row a search: `subject` searches, `mate` is the distance to their own image in the gallery (NaN without one),
    `nearest` that to the closest stranger. `gallery` people are enrolled."""

    subject: Subjects
    mate: Distances
    nearest: Distances
    gallery: int


def searched(distances: Distances, subject: Subjects, *, rounds: int) -> Searches:
    """Searches in an (enrolled, probing) matrix of the same images, whatever was done to the latter. Round r enrols the r-th image of everybody (the last one of who
    has fewer), and every other image searches; somebody's only image searches for strangers alone.

    Raises ValueError with fewer than two people.
    """
    people = np.unique(subject)
    if people.size < 2:
        raise ValueError("A search needs two people.")
    own = [np.flatnonzero(subject == person) for person in people]
    found: dict[tuple[int, int], tuple[int, float, float]] = {}
    for round_ in range(rounds):
        gallery = np.array([images[min(round_, images.size - 1)] for images in own])
        for person, images in enumerate(own):
            strangers = np.delete(gallery, person)
            for image in images.tolist():
                alone = image == gallery[person]
                if alone and images.size > 1:
                    continue
                mate = float("nan") if alone else float(distances[gallery[person], image])
                # A person with few images meets the same gallery image of their own again: the search is new all the same.
                found[image, round_] = (int(people[person]), mate, float(distances[strangers, image].min()))
    rows = list(found.values())
    return Searches(
        subject=np.array([row[0] for row in rows]),
        mate=np.array([row[1] for row in rows]),
        nearest=np.array([row[2] for row in rows]),
        gallery=int(people.size),
    )


def threshold_at_fpir(searches: Searches, fpir: float, weights: Weights | None = None) -> float:
    """The largest threshold at which the share of non-mated searches that return somebody is at most `fpir`."""
    each = np.ones(searches.subject.size) if weights is None else weights[searches.subject]
    order = np.argsort(searches.nearest, kind="stable")
    share = np.cumsum(each[order]) / each.sum()
    too_many = np.flatnonzero(share > fpir + 1e-12)
    if not too_many.size:
        return float(searches.nearest.max())
    return float(np.nextafter(searches.nearest[order][too_many[0]], -1))


def fnir_at(searches: Searches, threshold: float, weights: Weights | None = None) -> float:
    """NaN where nobody drawn has a mate."""
    mated = np.isfinite(searches.mate)
    each = np.ones(mated.sum()) if weights is None else weights[searches.subject[mated]]
    missed = searches.mate[mated] > threshold
    return float(each[missed].sum() / each.sum()) if each.sum() else float("nan")


def fpir_at(searches: Searches, threshold: float, weights: Weights | None = None) -> float:
    each = np.ones(searches.subject.size) if weights is None else weights[searches.subject]
    stopped = searches.nearest <= threshold
    return float(each[stopped].sum() / each.sum()) if each.sum() else float("nan")
