"""Embeddings of people who do not exist, distributed as those of the photographs.

A person is mean + N(0, between); a capture of them is that + N(0, g within), scaled to unit length, where g ~ Gamma of
mean 1 is drawn for each capture: some captures are worse than others. The mean is that of the photographs. `between` and `within` are
their covariances, shrunk towards a multiple of the identity (Ledoit and Wolf, 2004), since 62 people cannot fill 128
dimensions. So the simulated people have no siblings, and no structure beyond second moments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.covariance import LedoitWolf

from identity.engines.assessment.systems import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """`between` and `within` are factors: covariance = factor @ factor.T. `shape` is that of the Gamma distribution."""

    mean: Matrix
    between: Matrix
    within: Matrix
    shape: float

    def people(self, count: int, captures: int, random: np.random.Generator) -> Matrix:
        """(captures, count, dimensions) of unit length."""
        dimensions = self.mean.size
        centres = self.mean + random.normal(size=(count, dimensions)) @ self.between.T
        scale = np.sqrt(random.gamma(self.shape, 1 / self.shape, size=(captures, count, 1)))
        noise = random.normal(size=(captures, count, dimensions)) @ self.within.T
        return unit(centres + scale * noise)


def unit(rows: Matrix) -> Matrix:
    """The same directions, of length 1."""
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), dtype=np.float64)


def fitted(photographs: Matrix) -> Population:
    """The population that two photographs each, (people * 2, dimensions), came from."""
    pairs = photographs.reshape(-1, 2, photographs.shape[1])
    differences = (pairs[:, 0] - pairs[:, 1]) / np.sqrt(2)
    within = LedoitWolf(assume_centered=True).fit(differences).covariance_
    centres = LedoitWolf().fit(pairs.mean(axis=1)).covariance_
    # The mean of two captures still carries half of their noise.
    values, vectors = np.linalg.eigh(centres - within / 2)
    between = vectors * np.sqrt(np.clip(values, values.max() * 1e-6, None))
    return Population(photographs.mean(axis=0), between, np.linalg.cholesky(within), _shape(differences, within))


def _shape(differences: Matrix, within: Matrix) -> float:
    """The Gamma's shape that explains how much the squared lengths of differences vary beyond a normal distribution."""
    lengths = np.square(differences).sum(axis=1)
    normal = 2 * np.square(within).sum() / np.trace(within) ** 2
    measured = float(lengths.var(ddof=1) / lengths.mean() ** 2)
    # (1 + v/2)(1 + normal) - 1 for the mean of two independent scales of variance v.
    excess = 2 * ((1 + measured) / (1 + normal) - 1)
    return float(1 / max(excess, 0.02))
