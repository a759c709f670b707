"""What a thief of face codes recovers: with codes alone, with the key, and with faces that they know.

Codes are rows of -1 and 1. Each attack gives guesses of the embeddings, up to length; `cosine` and `rank_one` say how good.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench.simulated import unit
from identity.engines.assessment.systems import Matrix

Attack = Callable[[Matrix, Matrix, Matrix, float], Matrix]
PENALTIES = tuple(10.0**power for power in range(-2, 5))
FOLDS = 5


def cosine(guesses: Matrix, truth: Matrix) -> Matrix:
    """Of each guess with the embedding it is of."""
    return np.asarray((unit(guesses) * unit(truth)).sum(axis=1), dtype=np.float64)


def rank_one(guesses: Matrix, gallery: Matrix) -> Matrix:
    """Whether the nearest in `gallery`, whose rows are the same people in the same order, is the right one."""
    nearest = (unit(guesses) @ unit(gallery).T).argmax(axis=1)
    return np.asarray(nearest == np.arange(len(guesses)), dtype=np.float64)


def signed_rows(codes: Matrix, rotation: Matrix) -> Matrix:
    """With the key: the mean of the rotation's rows, each with the sign of its bit.

    It is the least-squares solution, too: the rows are orthonormal blocks, so rotation.T @ rotation is a multiple of the
    identity.
    """
    return codes @ rotation


def consistent(codes: Matrix, rotation: Matrix, *, steps: int = 60) -> Matrix:
    """With the key, refined until the guess gives the same signs: binary iterative hard thresholding without sparsity
    (Jacques, Laska, Boufounos and Baraniuk, 2013)."""
    guess = unit(signed_rows(codes, rotation))
    for _ in range(steps):
        wrong = codes - np.sign(guess @ rotation.T)
        guess = unit(guess + wrong @ rotation / len(rotation) * 1.5)
    return guess


def ridge(given: Matrix, wanted: Matrix, penalty: float) -> Matrix:
    """(columns of given, columns of wanted): least squares with a penalty on length, in whichever form is smaller."""
    rows, columns = given.shape
    if rows < columns:
        inner = given @ given.T + penalty * np.eye(rows)
        return np.asarray(given.T @ np.linalg.solve(inner, wanted), dtype=np.float64)
    return np.asarray(np.linalg.solve(given.T @ given + penalty * np.eye(columns), given.T @ wanted), dtype=np.float64)


def by_rotation(known: Matrix, known_codes: Matrix, codes: Matrix) -> Matrix:
    """With known faces: learn every row of the rotation as the regression of its bit, then as with the key."""

    def attack(faces: Matrix, their: Matrix, others: Matrix, penalty: float) -> Matrix:
        return others @ ridge(faces, their, penalty).T

    return _best(attack, known, known_codes, codes)


def by_decoder(known: Matrix, known_codes: Matrix, codes: Matrix) -> Matrix:
    """With known faces: learn the embedding as the regression on the bits."""

    def attack(faces: Matrix, their: Matrix, others: Matrix, penalty: float) -> Matrix:
        return others @ ridge(their, faces, penalty)

    return _best(attack, known, known_codes, codes)


def turned(everybody: Matrix, dimensions: int) -> Matrix:
    """With codes alone: everybody's embeddings but for one rotation of their space, which are the codes along their
    leading singular vectors."""
    _, directions = np.linalg.eigh(everybody.T @ everybody)
    return np.asarray(everybody @ directions[:, -dimensions:], dtype=np.float64)


def by_alignment(known: Matrix, known_turned: Matrix, others_turned: Matrix) -> Matrix:
    """With known faces and everybody's codes: the known faces give the rotation that `turned` left open (orthogonal
    Procrustes; Schönemann, 1966)."""
    left, _, right = np.linalg.svd(known.T @ known_turned)
    return np.asarray(others_turned @ (left @ right).T, dtype=np.float64)


def by_distances(known_codes: Matrix, codes: Matrix, their_known: Matrix, theirs: Matrix) -> Matrix:
    """Links codes of two epochs by people known in both: how far each is from those. Gives the nearest row of `theirs`."""
    ours, others = (rows @ known.T for rows, known in ((codes, known_codes), (theirs, their_known)))
    scaled = [unit(rows - rows.mean(axis=0)) for rows in (ours, others)]
    return np.asarray((scaled[0] @ scaled[1].T).argmax(axis=1), dtype=np.float64)


def by_tables(codes: Matrix, theirs: Matrix, *, width: float = 1.0, rounds: int = 60) -> Matrix:
    """Links two whole tables of the same people under two keys with nothing known, by the distances inside each.

    Spectral matching (Fan, Mao, Wu and Xu, "Spectral Graph Matching and Regularized Quadratic Relaxations", 2019) for a
    first guess, then rounds of assignment in which all pairs of the last vote. Gives each one's partner in `theirs`.
    """
    ours, others = (_inner_products(rows) for rows in (codes, theirs))
    (our_values, our_vectors), (their_values, their_vectors) = np.linalg.eigh(ours), np.linalg.eigh(others)
    weights = 1 / ((our_values[:, None] - their_values[None, :]) ** 2 + width**2)
    weights *= np.outer(our_vectors.sum(axis=0), their_vectors.sum(axis=0))
    partner = linear_sum_assignment(-(our_vectors @ weights @ their_vectors.T))[1]
    for _ in range(rounds):
        voted = linear_sum_assignment(-(ours @ others[partner, :]))[1]
        if (voted == partner).all():
            break
        partner = voted
    return np.asarray(partner, dtype=np.float64)


def _inner_products(codes: Matrix) -> Matrix:
    # A share of equal signs is an angle: Charikar, 2002.
    products = np.sin(np.pi / 2 * (codes @ codes.T) / codes.shape[1])
    np.fill_diagonal(products, 0)
    return np.asarray(products, dtype=np.float64)


def _best(attack: Attack, known: Matrix, known_codes: Matrix, codes: Matrix) -> Matrix:
    """The attack with the penalty that does best on known faces left out, as a thief would choose it."""
    folds = np.arange(len(known)) % FOLDS

    def score(penalty: float) -> float:
        found = []
        for fold in range(FOLDS):
            out = folds == fold
            found.append(cosine(attack(known[~out], known_codes[~out], known_codes[out], penalty), known[out]))
        return float(np.concatenate(found).mean())

    best = max(PENALTIES, key=score)
    guesses: Matrix = attack(known, known_codes, codes, best)
    return guesses
