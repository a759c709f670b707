"""What poor captures do: degraded probes of enrolled people, at the thresholds that the house would use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from identity.engines.assessment.acquisition import Acquired, face_of
from identity.engines.assessment.degradations import Degradation
from identity.engines.assessment.intervals import Estimate, of_count
from identity.engines.assessment.systems import combined, differing, signs
from identity.engines.bands import Thresholds
from identity.engines.images import decode
from identity.engines.ports import Engines, Image


@dataclass(frozen=True, slots=True)
class Swept:
    """One degradation over `probes` searches, one a person. `rejected`: by the quality gate, or no face found. `missed`
    (FNIR) and `stopped` (FPIR) at the house's threshold for this gallery: of those that the gate let pass, None when it
    let none. `missed_ungated`: of all in which a face was found, had there been no gate."""

    degradation: Degradation
    probes: int
    rejected: Estimate
    reasons: Mapping[str, int]
    missed: Estimate | None
    stopped: Estimate | None
    missed_ungated: Estimate | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    codes: tuple[str, ...]
    found: bool
    missed: bool = False
    stopped: bool = False


def swept(
    acquired: Acquired,
    chosen: Sequence[int],
    wanted: Sequence[Degradation],
    engines: Engines,
    thresholds: Thresholds,
    done: Callable[[int], None],
) -> list[Swept]:
    """The first image of everybody is enrolled as it is; the last one of each of the `chosen` subjects searches."""
    gallery, probes = enrolled_and_probes(acquired, chosen)
    codes = signs(acquired.leading[gallery], engines.embedder.name)
    seconds = signs(acquired.second[gallery], engines.second_opinion.name)
    outcomes: dict[int, list[_Outcome]] = {number: [] for number in range(len(wanted))}
    count = 0
    for probe in probes:
        image = decode(acquired.path[probe].read_bytes())
        face, _ = face_of(image, engines)
        if face is None:
            continue
        own = acquired.subject[gallery] == acquired.subject[probe]
        for number, degradation in enumerate(wanted):
            done(count := count + 1)
            worse = np.ascontiguousarray(degradation.worsen(image, face))
            outcomes[number].append(_searched(worse, own, codes, seconds, engines, thresholds))
    return [_summed(degradation, outcomes[number]) for number, degradation in enumerate(wanted) if outcomes[number]]


def enrolled_and_probes(acquired: Acquired, chosen: Sequence[int]) -> tuple[list[int], list[int]]:
    """Indices of everybody's first image, and of the last of those chosen who have another."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for index, subject in enumerate(acquired.subject.tolist()):
        first.setdefault(subject, index)
        last[subject] = index
    return list(first.values()), [last[subject] for subject in chosen if first.get(subject) != last.get(subject)]


def _searched(
    image: Image,
    own: np.ndarray[tuple[int], np.dtype[np.bool_]],
    codes: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    seconds: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    engines: Engines,
    thresholds: Thresholds,
) -> _Outcome:
    face, problems = face_of(image, engines)
    if face is None:
        return _Outcome(problems, found=False)
    probe = signs(engines.embedder.embed(image, face)[None, :].astype(np.float64), engines.embedder.name)
    distances = differing(codes, probe)[:, 0]
    if ((distances > thresholds.duplicate) & (distances <= thresholds.review)).any():
        # Only somebody in the review band is worth the second opinion's time, here as in the house.
        second = engines.second_opinion.embed(image, face)[None, :].astype(np.float64)
        opinion = differing(seconds, signs(second, engines.second_opinion.name))[:, 0]
        distances = combined(distances, opinion, thresholds)
    near = distances <= thresholds.review
    return _Outcome(problems, True, missed=not near[own].any(), stopped=bool(near[~own].any()))


def _summed(degradation: Degradation, outcomes: Sequence[_Outcome]) -> Swept:
    passed = [outcome for outcome in outcomes if not outcome.codes]
    found = [outcome for outcome in outcomes if outcome.found]
    return Swept(
        degradation=degradation,
        probes=len(outcomes),
        rejected=of_count(len(outcomes) - len(passed), len(outcomes)),
        reasons=dict(sorted(Counter(code for outcome in outcomes for code in outcome.codes).items())),
        missed=of_count(sum(outcome.missed for outcome in passed), len(passed)) if passed else None,
        stopped=of_count(sum(outcome.stopped for outcome in passed), len(passed)) if passed else None,
        missed_ungated=of_count(sum(outcome.missed for outcome in found), len(found)) if found else None,
    )
