"""Distances as each system sees them, all on one scale: 0 for the same, about 0.5 for unrelated faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from identity.engines.assessment.rates import Distances
from identity.engines.bands import Thresholds
from identity.engines.codes import CODE_BITS, epoch_key, protect
from identity.engines.root_secret import HeldSecret

Matrix = NDArray[np.float64]

# No code made with it is ever stored: it only has to be the same at the next measurement.
_ROOT_SECRET = HeldSecret(b"a root secret of the measurement only")


def angles(enrolled: Matrix, probes: Matrix) -> Matrix:
    """Distances of unprotected unit vectors, (enrolled, probes): the angle over pi."""
    return np.asarray(np.arccos(np.clip(enrolled @ probes.T, -1, 1)) / np.pi, dtype=np.float64)


def signs(vectors: Matrix, model: str, *, bits: int = CODE_BITS, epoch: int = 0) -> NDArray[np.float32]:
    """The codes that the house would store, (vectors, bits), each bit -1 or 1."""
    key = epoch_key(_ROOT_SECRET, epoch, model=model)
    codes = [np.frombuffer(protect(row.astype(np.float32), key, bits=bits), np.uint8) for row in vectors]
    return np.asarray(np.unpackbits(codes, axis=1) * np.float32(2) - np.float32(1), dtype=np.float32)


def differing(enrolled: NDArray[np.float32], probes: NDArray[np.float32]) -> Matrix:
    """Shares of differing bits, (enrolled, probes), as `codes.distance` counts them."""
    agreeing = np.asarray(enrolled @ probes.T, dtype=np.float64)
    return np.asarray((1 - agreeing / enrolled.shape[1]) / 2, dtype=np.float64)


def protected(enrolled: Matrix, probes: Matrix, model: str, bits: int = CODE_BITS, epoch: int = 0) -> Matrix:
    """Distances of the codes of two sets of vectors, (enrolled, probes)."""
    return differing(signs(enrolled, model, bits=bits, epoch=epoch), signs(probes, model, bits=bits, epoch=epoch))


def combined(leading: Distances, second: Distances, thresholds: Thresholds) -> Distances:
    """Distances as the house sees them: 0.5 where the second opinion has overruled the review band."""
    band = (leading > thresholds.duplicate) & (leading <= thresholds.review)
    return np.where(band & (second > thresholds.second_new), 0.5, leading)
