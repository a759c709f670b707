"""What protection costs in accuracy, whether codes of two key epochs can be linked, and what a thief recovers.

    python -m bench.protection --faces ../shared/faces --out var/bench

On the photographs (two each of people in one sitting) and on simulated people (bench/simulated.py) whose embeddings are
distributed as those of the photographs. Everything with codes is repeated under several keys. Intervals are of 95 %, by the
bootstrap over people. Writes protection.json and three pictures. Terms as in ISO/IEC 19795-1 and ISO/IEC 30136.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bench.captures import DEGRADED, people
from bench.errors import RATES, ErrorRates, error_rates
from bench.protected_codes import HOUSE, LENGTHS, distances, signs
from bench.protection_plots import plot_accuracy, plot_linkability, plot_theft
from bench.simulated import Population, fitted
from bench.stolen import photographs_stolen, stolen, tables
from bench.unlinkability import Linkability, floor, linkability
from identity.engines.assessment.systems import Matrix
from identity.engines.defaults import default_engines
from identity.engines.images import decode

KEYS = 4
CONDITIONS = ("as it is", "poor")
GALLERY = 1_000
KEY_PAIRS = 12
SEED = 20_180_601


def embedded(folder: Path, condition: str) -> Matrix:
    """(people * 2, dimensions); a face that is not found in the degraded picture is an error of the measurement."""
    engines = default_engines()
    rows = []
    for name in people(folder):
        for expression in ("neutral", "smiling"):
            photo = decode((folder / name / f"{expression}.jpg").read_bytes())
            image = np.ascontiguousarray(DEGRADED[condition](photo))
            faces = engines.detector.detect(image)
            if not faces:
                raise SystemExit(f"No face is found in {name}/{expression}, {condition}.")
            rows.append(engines.embedder.embed(image, faces[0]))
    return np.array(rows, dtype=np.float64)


def accuracy(
    enrolled: Matrix, probes: Matrix, strangers: Matrix | None, random: np.random.Generator
) -> list[ErrorRates]:
    """Before protection and after, at each code length, over several keys. Without `strangers`, everybody is one to the
    others: a set of few people has no more."""

    def angles(rows: Matrix) -> Matrix:
        return np.asarray(np.arccos(np.clip(enrolled @ rows.T, -1, 1)) / np.pi, dtype=np.float64)

    found = [error_rates("unprotected", [(angles(probes), None if strangers is None else angles(strangers))], random)]
    for bits in LENGTHS:
        each: list[tuple[Matrix, Matrix | None]] = []
        for epoch in range(KEYS):
            ours = signs(enrolled, epoch, bits=bits)
            others = None if strangers is None else distances(ours, signs(strangers, epoch, bits=bits))
            each.append((distances(ours, signs(probes, epoch, bits=bits)), others))
        found.append(error_rates(f"{bits} bits", each, random))
    return found


def linked(first: Matrix, second: Matrix, random: np.random.Generator) -> tuple[dict[str, Any], dict[str, Linkability]]:
    """D_sys of codes under one key, under two, and of the same capture under two; with what chance alone gives."""
    kinds = {"same key": (second, 0), "two keys": (second, KEY_PAIRS), "two keys, same capture": (first, KEY_PAIRS)}
    table: dict[str, Any] = {}
    shown: dict[str, Linkability] = {}
    for bits in LENGTHS:
        table[f"{bits} bits"] = row = {}
        for name, (other, gap) in kinds.items():
            pairs = [
                scores_of(signs(first, epoch, bits=bits), signs(other, epoch + gap, bits=bits))
                for epoch in range(KEY_PAIRS)
            ]
            mated, non_mated = (np.concatenate(column) for column in zip(*pairs, strict=True))
            pooled = linkability(mated, non_mated, step=1 / bits)
            each = [linkability(*pair, step=1 / bits).d_sys for pair in pairs]
            by_chance = [floor(apart, mated.size // KEY_PAIRS, random=random, step=1 / bits)[0] for _, apart in pairs]
            low, high = _interval(mated, non_mated, 1 / bits, random)
            chance, most = floor(non_mated, mated.size, random=random, step=1 / bits)
            row[name] = {
                "d_sys": pooled.d_sys,
                "interval": [low, high],
                "by_chance": chance,
                "by_chance_at_most": most,
                "one_pair_of_keys": {"mean": float(np.mean(each)), "by_chance": float(np.mean(by_chance))},
                "comparisons": {"same": mated.size, "different": non_mated.size},
            }
            if bits == HOUSE:
                shown[name] = pooled
    return table, shown


def scores_of(ours: Matrix, theirs: Matrix) -> tuple[Matrix, Matrix]:
    """Distances of each person's two codes, and of each one's with those of three others."""

    def apart(by: int) -> Matrix:
        return np.asarray((1 - (ours * np.roll(theirs, by, axis=0)).mean(axis=1)) / 2, dtype=np.float64)

    return apart(0), np.concatenate([apart(by) for by in (1, 2, 3)])


def _interval(
    mated: Matrix, non_mated: Matrix, step: float, random: np.random.Generator, times: int = 60
) -> tuple[float, float]:
    found = []
    for _ in range(times):
        drawn = random.choice(mated, mated.size), random.choice(non_mated, non_mated.size)
        found.append(linkability(*drawn, step=step).d_sys)
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def fit_of(photographs: Matrix, population: Population, random: np.random.Generator) -> dict[str, Any]:
    """Cosines of one person's captures and of two people's, among the photographs and among the simulated."""

    def cosines(first: Matrix, second: Matrix) -> dict[str, float]:
        products = first @ second.T
        others = products[~np.eye(len(products), dtype=bool)]
        same = products.diagonal()
        return {
            "same mean": float(same.mean()),
            "same sd": float(same.std()),
            "different mean": float(others.mean()),
            "different sd": float(others.std()),
            "different largest of 2000 pairs": float(np.quantile(others, 1 - 1 / 2000)),
        }

    simulated = population.people(GALLERY, 2, random)
    return {
        "photographs": cosines(photographs[0::2], photographs[1::2]),
        "simulated": cosines(*simulated),
        "shape": population.shape,
    }


def measure(folder: Path, out: Path) -> dict[str, Any]:
    random = np.random.default_rng(SEED)
    seen = {condition: embedded(folder, condition) for condition in CONDITIONS}
    populations = {condition: fitted(rows) for condition, rows in seen.items()}
    result: dict[str, Any] = {"people": len(people(folder)), "seed": SEED, "fit": {}, "accuracy": {}}
    shown: dict[str, list[ErrorRates]] = {}
    for condition, rows in seen.items():
        result["fit"][condition] = fit_of(rows, populations[condition], random)
        shown[f"photographs, {condition}"] = accuracy(rows[0::2], rows[1::2], None, random)
        enrolled, probes = populations[condition].people(GALLERY, 2, random)
        strangers = populations[condition].people(GALLERY, 1, random)[0]
        shown[f"simulated, {condition}"] = accuracy(enrolled, probes, strangers, random)
    result["accuracy"] = {name: [asdict(each) for each in found] for name, found in shown.items()}
    first, second = populations["as it is"].people(GALLERY, 2, random)
    simulated_links, curves = linked(first, second, random)
    photograph_links, _ = linked(seen["as it is"][0::2], seen["as it is"][1::2], random)
    result["linkability"] = {"simulated": simulated_links, "photographs": photograph_links}
    result["tables"] = tables(populations["as it is"], random)
    found = stolen(populations["as it is"], random)
    result["theft"] = {
        "simulated": [asdict(each) for each in found],
        "photographs": [asdict(each) for each in photographs_stolen(seen["as it is"])],
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "protection.json").write_text(json.dumps(result, indent=2))
    plot_accuracy(shown, out / "protection-accuracy.png")
    plot_linkability(curves, out / "protection-linkability.png")
    plot_theft([asdict(each) for each in found], out / "protection-theft.png")
    return result


def _print(result: dict[str, Any]) -> None:
    for name, rows in result["accuracy"].items():
        print(f"\nAccuracy, {name} ({rows[0]['people']} people)")
        print(f"{'':14}{'EER':>24}{'FNMR at FMR 0.1 %':>24}{'FNIR at FPIR 1 %':>24}")
        for row in rows:
            cells = (
                f"{row[key]:.2%} [{row[key + '_interval'][0]:.2%}, {row[key + '_interval'][1]:.2%}]" for key in RATES
            )
            print(f"{row['system']:14}" + "".join(f"{cell:>24}" for cell in cells))
    for name, table in result["linkability"].items():
        print(f"\nD_sys, {name}: 0 nothing can be linked, 1 everything can (what chance alone gives)")
        for bits, row in table.items():
            cells = (f"{kind} {each['d_sys']:.3f} ({each['by_chance']:.3f})" for kind, each in row.items())
            print(f"{bits:10}" + "; ".join(cells))
    print("\nLinked between two whole tables of the same people under two keys")
    for row in result["tables"]:
        shares = (f"{key} {value:.1%}" for key, value in row.items() if isinstance(value, float))
        print(f"{row['bits']:>6} bits, captures {row['captures']:8} {row['people']} people: {', '.join(shares)}")
    for name, rows in result["theft"].items():
        print(f"\nRecovered, {name}, {HOUSE} bits")
        for row in rows:
            knows = f"{row['knows']} {row['faces_known']} faces" if row["faces_known"] else row["knows"]
            low, high = row["rank_one_interval"]
            print(
                f"{knows:48}{row['attack']:30}cosine {row['cosine']:.3f}  found first among {row['gallery']}:"
                f" {row['rank_one']:.1%} [{low:.1%}, {high:.1%}]"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--faces", type=Path, default=Path("../shared/faces"))
    parser.add_argument("--out", type=Path, default=Path("var/bench"))
    arguments = parser.parse_args()
    if not people(arguments.faces):
        parser.exit(2, f"There are no photographs in {arguments.faces}: this measurement needs them.\n")
    # One process on one core: the matrices are small, and the machine has other work.
    with threadpool_limits(1):
        _print(measure(arguments.faces, arguments.out))


if __name__ == "__main__":
    main()
