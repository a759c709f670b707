"""What a thief recovers from stolen codes: the attacks of `theft.py`, carried out on simulated and photographed people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bench import theft
from bench.protected_codes import LENGTHS, rotation, signs
from bench.simulated import Population
from identity.engines.assessment.intervals import of_count
from identity.engines.assessment.systems import Matrix

KNOWN = (10, 62, 200, 1_000, 5_000)
VICTIMS = 1_000


@dataclass(frozen=True, slots=True)
class Recovered:
    """`cosine` of the guess with the embedding, mean and lowest tenth; `rank_one`: how often the guess finds the person's
    *other* capture among `gallery` people, with its interval (Clopper and Pearson)."""

    knows: str
    attack: str
    faces_known: int
    cosine: float
    cosine_tenth: float
    rank_one: float
    rank_one_interval: tuple[float, float]
    gallery: int


def recovered(knows: str, attack: str, faces_known: int, guesses: Matrix, truth: Matrix, gallery: Matrix) -> Recovered:
    cosines, hits = theft.cosine(guesses, truth), theft.rank_one(guesses, gallery)
    found = of_count(int(hits.sum()), hits.size)
    return Recovered(
        knows,
        attack,
        faces_known,
        float(cosines.mean()),
        float(np.quantile(cosines, 0.1)),
        found.value,
        (found.low, found.high),
        len(gallery),
    )


def stolen(population: Population, random: np.random.Generator) -> list[Recovered]:
    """Every attack on the house's codes of simulated people; what it finds is looked up among their other captures."""
    enrolled, seen = population.people(max(KNOWN) + VICTIMS, 2, random)
    codes, victims = signs(enrolled, 0), slice(max(KNOWN), None)
    truth, gallery, theirs = enrolled[victims], seen[victims], codes[victims]
    found = [
        recovered("codes", "the mean face", 0, np.tile(population.mean, (VICTIMS, 1)), truth, gallery),
        recovered("codes and key", "least squares", 0, theft.signed_rows(theirs, rotation(0)), truth, gallery),
        recovered("codes and key", "refined", 0, theft.consistent(theirs, rotation(0)), truth, gallery),
    ]
    everybody = theft.turned(codes, enrolled.shape[1])
    for count in KNOWN:
        for what, faces in (("the enrolled capture", enrolled[:count]), ("another capture", seen[:count])):
            knows = f"codes and {what} of"
            guesses = theft.by_rotation(faces, codes[:count], theirs)
            found.append(recovered(knows, "regression of the rotation", count, guesses, truth, gallery))
            guesses = theft.by_alignment(faces, everybody[:count], everybody[victims])
            found.append(recovered(knows, "alignment of the whole table", count, guesses, truth, gallery))
        guesses = theft.by_decoder(enrolled[:count], codes[:count], theirs)
        found.append(
            recovered(
                "codes and the enrolled capture of", "regression of the embedding", count, guesses, truth, gallery
            )
        )
    return found


def photographs_stolen(embeddings: Matrix) -> list[Recovered]:
    """The attacks that need no simulation: with the key, and with half of the photographed people known."""
    enrolled, seen = embeddings[0::2], embeddings[1::2]
    codes, half = signs(enrolled, 0), len(enrolled) // 2
    truth, gallery = enrolled[half:], seen[half:]
    return [
        recovered("codes and key", "least squares", 0, theft.signed_rows(codes, rotation(0)), enrolled, seen),
        recovered("codes and key", "refined", 0, theft.consistent(codes, rotation(0)), enrolled, seen),
        recovered(
            "codes and the enrolled capture of",
            "regression of the rotation",
            half,
            theft.by_rotation(enrolled[:half], codes[:half], codes[half:]),
            truth,
            gallery,
        ),
    ]


def tables(population: Population, random: np.random.Generator, size: int = 1_000) -> list[dict[str, Any]]:
    """How many of `size` people are linked between two whole tables under two keys."""
    first, second = population.people(size + max(KNOWN[:3]), 2, random)
    everyone = np.arange(size)
    rows = []
    for bits in LENGTHS:
        ours = signs(first, 0, bits=bits)
        for what, capture in (("the same", first), ("others", second)):
            theirs = signs(capture, 1, bits=bits)
            nearest = (ours[:size] @ theirs[:size].T).argmax(axis=1)
            row: dict[str, Any] = {"bits": bits, "captures": what, "people": size}
            row["nearest code"] = float((nearest == everyone).mean())
            row["whole tables, nothing known"] = float((theft.by_tables(ours[:size], theirs[:size]) == everyone).mean())
            for count in KNOWN[:3]:
                known = slice(size, size + count)
                guess = theft.by_distances(ours[known], ours[:size], theirs[known], theirs[:size])
                row[f"{count} people known in both"] = float((guess == everyone).mean())
            rows.append(row)
    return rows
