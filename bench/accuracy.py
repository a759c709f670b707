"""How well one person is told from another: SFace, face-recognition, and the two as the house combines them.

    python -m bench.accuracy --faces ../shared/faces --out var/bench

Each person's neutral photograph is searched for by the smiling one and the other way round: mated searches with the
person among the enrolled, non-mated ones without. The enrolled photographs are as they are, the probes as they are or
degraded; in "poor to poor" both are. The set is one sitting, frontal and well lit, so every figure is an upper bound,
and with two non-mated searches a person FPIR has steps of almost 1 %. Terms as in ISO/IEC 19795-1.
"""

from __future__ import annotations

import argparse
import csv
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.captures import DEGRADED, people, vectors
from bench.plots import plot_det
from identity.engines.assessment.rates import Comparisons, equal_error_rate, sorted_comparisons, tradeoff
from identity.engines.assessment.searches import fnir_at, searched, threshold_at_fpir
from identity.engines.assessment.systems import Matrix, angles, combined, protected
from identity.engines.assessment.tails import thresholds_at
from identity.engines.bands import Thresholds, for_gallery
from identity.engines.defaults import default_engines

LENGTHS = (512, 1024, 2048)
KEYS = 8
# The house's review bands for galleries of these sizes; the first is near the set's own.
GALLERIES = (100, 1_000, 10_000)
FALSE_MATCH_RATES = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`eer` of single comparisons; `fnir` at the largest threshold at which FPIR is at most 1 %; `gap`: the least
    distance of two people less the largest of one person."""

    condition: str
    system: str
    eer: float
    fnir: float
    gap: float


@dataclass(frozen=True, slots=True)
class Bands:
    """Shares of mated searches that end as duplicate, review or missed (new), and of non-mated ones that are stopped,
    by SFace alone and with the second opinion; and the share of pairs of two people that fall into the review band."""

    condition: str
    review: float
    duplicate: float
    missed_alone: float
    missed: float
    false_duplicates: float
    pairs_in_review_alone: float
    pairs_in_review: float


def split(distances: Matrix) -> tuple[Matrix, Matrix]:
    """Distances of one person's two photographs, and of two people's."""
    person = np.arange(len(distances)) // 2
    same = person[:, None] == person[None, :]
    return distances[same & ~np.eye(len(distances), dtype=bool)], distances[~same]


def accuracy(condition: str, system: str, distances: Matrix) -> Accuracy:
    subject = np.arange(len(distances)) // 2
    comparisons = off_diagonal(distances)
    searches = searched(distances, subject, rounds=2)
    return Accuracy(
        condition,
        system,
        eer=equal_error_rate(tradeoff(comparisons))[0],
        fnir=fnir_at(searches, threshold_at_fpir(searches, 0.01)),
        gap=float(comparisons.non_mated[0] - comparisons.mated[-1]),
    )


def off_diagonal(distances: Matrix) -> Comparisons:
    """Every enrolled image with every other one that probes: the two may be degraded differently."""
    subject = np.arange(len(distances)) // 2
    enrolled, probe = np.nonzero(~np.eye(len(distances), dtype=bool))
    return sorted_comparisons(distances[enrolled, probe], subject[enrolled], subject[probe], int(subject[-1]) + 1)


def bands(condition: str, pairs: list[tuple[Matrix, Matrix]], thresholds: Thresholds) -> Bands:
    """`pairs` holds the distances of both models' codes, once for each key."""
    alone = [split(leading) for leading, _ in pairs]
    both = [split(combined(leading, second, thresholds)) for leading, second in pairs]
    mated, others = (np.concatenate(column) for column in zip(*alone, strict=True))
    mated_both, others_both = (np.concatenate(column) for column in zip(*both, strict=True))
    review, duplicate = thresholds.review, thresholds.duplicate
    return Bands(
        condition,
        review,
        duplicate=float((mated <= duplicate).mean()),
        missed_alone=float((mated > review).mean()),
        missed=float((mated_both > review).mean()),
        false_duplicates=float((others <= duplicate).mean()),
        pairs_in_review_alone=float((others <= review).mean()),
        pairs_in_review=float((others_both <= review).mean()),
    )


def fairness(folder: Path, names: list[str], distances: Matrix) -> tuple[float, float]:
    """Of the closest 1 % of pairs of two people, the share in which both are not white; and that share of all pairs."""
    with (folder / "subjects.csv").open() as file:
        white = {row["face_id"]: row["face_eth"] == "white" for row in csv.DictReader(file)}
    other = np.repeat([not white[name] for name in names], 2)
    _, pairs = split(distances)
    _, both = split((other[:, None] & other[None, :]).astype(float))
    return float(both[pairs <= np.quantile(pairs, 0.01)].mean()), float(both.mean())


def measure(folder: Path, out: Path) -> None:
    names, engines = people(folder), default_engines()
    thresholds = for_gallery(len(names))
    seen = {condition: vectors(folder, names, condition, engines) for condition in DEGRADED}
    plain = seen["as it is"]
    pairs = {condition: (plain, probe) for condition, probe in seen.items()}
    pairs["poor to poor"] = (seen["poor"], seen["poor"])
    rows, ends, curves, unfair, tails = [], [], {}, {}, {}
    for condition, (enrolled, probe) in pairs.items():
        leading = protected(enrolled.leading, probe.leading, engines.embedder.name, 1024)
        second = protected(enrolled.second, probe.second, engines.second_opinion.name, 1024)
        systems = {
            "SFace": angles(enrolled.leading, probe.leading),
            "face-recognition": angles(enrolled.second, probe.second),
            **{
                f"SFace, {bits} bits": protected(enrolled.leading, probe.leading, engines.embedder.name, bits)
                for bits in LENGTHS
            },
            "face-recognition, 1024 bits": second,
            "the house": combined(leading, second, thresholds),
        }
        rows += [accuracy(condition, system, distances) for system, distances in systems.items()]
        coded = [
            (
                protected(enrolled.leading, probe.leading, engines.embedder.name, 1024, epoch),
                protected(enrolled.second, probe.second, engines.second_opinion.name, 1024, epoch),
            )
            for epoch in range(KEYS)
        ]
        ends += [bands(condition, coded, for_gallery(size)) for size in GALLERIES]
        everyone = np.concatenate([split(distances)[1] for distances, _ in coded])
        tails[condition] = thresholds_at(everyone, FALSE_MATCH_RATES)
        curves[condition] = {system: off_diagonal(distances) for system, distances in systems.items()}
        unfair[condition] = {
            system: fairness(folder, names, systems[system]) for system in ("SFace", "face-recognition")
        }
    out.mkdir(parents=True, exist_ok=True)
    plot_det(curves, out / "accuracy.png")
    result = {
        "people": len(names),
        "thresholds": asdict(thresholds),
        "accuracy": [asdict(row) for row in rows],
        "bands": [asdict(row) for row in ends],
        "thresholds_at_false_match_rate": tails,
        "closest_pairs_both_not_white": unfair,
    }
    (out / "accuracy.json").write_text(json.dumps(result, indent=2))
    _print(rows, ends, unfair, thresholds, len(names))
    print("\nDistance of SFace's codes at a false match rate, by the fitted tail:")
    for condition, tail in tails.items():
        print(f"{condition:14}" + "  ".join(f"{rate:g}: {at:.3f}" for rate, at in tail.items()))


def _print(
    rows: list[Accuracy],
    ends: list[Bands],
    unfair: dict[str, dict[str, tuple[float, float]]],
    thresholds: Thresholds,
    count: int,
) -> None:
    print(f"{count} people, two photographs each\n")
    print(f"{'condition':14}{'system':30}{'EER':>8}{'FNIR at FPIR 1 %':>18}{'gap':>8}")
    for row in rows:
        print(f"{row.condition:14}{row.system:30}{row.eer:>8.2%}{row.fnir:>18.1%}{row.gap:>8.3f}")
    print(f"\nIn the house's bands, over {KEYS} keys: {thresholds}")
    print(
        f"{'condition':14}{'review':>7}{'duplicate':>10}{'missed':>9}{'(alone)':>9}{'false dupl.':>12}{'pairs in review':>17}(alone)"
    )
    for end in ends:
        print(
            f"{end.condition:14}{end.review:>7}{end.duplicate:>10.1%}{end.missed:>9.2%}{end.missed_alone:>9.2%}"
            f"{end.false_duplicates:>12.3%}{end.pairs_in_review:>17.3%}{end.pairs_in_review_alone:>8.3%}"
        )
    print("\nBoth not white among the closest 1 % of pairs of two people (among all pairs):")
    for condition, systems in unfair.items():
        shown = ", ".join(f"{system} {share:.0%} ({base:.0%})" for system, (share, base) in systems.items())
        print(f"{condition:14}{shown}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--faces", type=Path, default=Path("../shared/faces"))
    parser.add_argument("--out", type=Path, default=Path("var/bench"))
    arguments = parser.parse_args()
    if not people(arguments.faces):
        parser.exit(2, f"There are no photographs in {arguments.faces}: this measurement needs them.\n")
    measure(arguments.faces, arguments.out)


if __name__ == "__main__":
    main()
