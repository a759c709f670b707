"""The house's codes under the keys of a measurement, at every length that is compared."""

from __future__ import annotations

import numpy as np

from identity.engines.assessment.systems import Matrix
from identity.engines.codes import epoch_key, rotation_of
from identity.engines.root_secret import HeldSecret

LENGTHS = (256, 512, 1024, 2048)
HOUSE = 1024
_ROOT = HeldSecret(b"a root secret of the measurement only")


def rotation(epoch: int, *, bits: int = HOUSE, dimensions: int = 128) -> Matrix:
    """What the key of an epoch stands for, (bits, dimensions)."""
    return rotation_of(epoch_key(_ROOT, epoch, model="of the measurement"), dimensions, bits)


def signs(embeddings: Matrix, epoch: int, *, bits: int = HOUSE) -> Matrix:
    """The codes that `codes.protect` would store, as rows of -1 and 1."""
    return np.where(embeddings @ rotation(epoch, bits=bits, dimensions=embeddings.shape[1]).T > 0, 1.0, -1.0)


def distances(ours: Matrix, theirs: Matrix) -> Matrix:
    """Shares of differing bits, every row with every row."""
    return np.asarray((1 - ours @ theirs.T / ours.shape[1]) / 2, dtype=np.float64)
