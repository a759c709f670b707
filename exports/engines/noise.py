"""Counts of people made fit to be published: differential privacy by discrete Laplace noise.

A mechanism is epsilon-differentially private when no output becomes more likely than by a factor of e^epsilon because
one person is in the data or is not (Dwork, McSherry, Nissim, Smith 2006). Noise of scale sensitivity/epsilon does that,
where `sensitivity` is the most by which one person can change all counts together (Ghosh, Roughgarden, Sundararajan
2009 for whole numbers). opendp draws it exactly, from the operating system's generator: there is no seed to be guessed.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

MECHANISM = "discrete Laplace (opendp)"


@dataclass(frozen=True)
class Noised:
    """Counts with their noise; `epsilon` is what opendp's privacy map proves of it, never more than was asked for."""

    values: dict[str, int]
    epsilon: float
    scale: float


def noised(counts: Mapping[str, int], *, sensitivity: int, epsilon: float) -> Noised:
    """The counts with independent noise, at a cost of `epsilon` for all of them together.

    The names must not come from the data: a name that is there only because somebody is would give that person away.
    """
    # Loads a library of 47 MB that only this needs.
    from opendp.domains import atom_domain, vector_domain
    from opendp.measurements import make_laplace
    from opendp.metrics import l1_distance
    from opendp.mod import Measurement, binary_search_param, enable_features

    # Their word for what has a written proof by contributors and has not been through an outside audit.
    enable_features("contrib")
    space = vector_domain(atom_domain(T="i64")), l1_distance(T="i64")

    def mechanism(scale: float) -> Measurement:
        return make_laplace(*space, scale=scale)

    scale = float(binary_search_param(mechanism, d_in=sensitivity, d_out=epsilon))
    measurement = mechanism(scale)
    names = list(counts)
    drawn = measurement([counts[name] for name in names])
    proved = float(measurement.map(sensitivity))  # type: ignore[no-untyped-call]  # opendp gives this method no types
    return Noised(dict(zip(names, drawn, strict=True)), proved, scale)


def expected_error(scale: float) -> float:
    """The mean distance of a published count from the true one: 1 / sinh(1 / scale), nearly `scale` where that is large."""
    return 1 / math.sinh(1 / scale)


def error_within(scale: float, *, share: float) -> int:
    """The distance that the error does not exceed in `share` of all draws (0.95: nineteen of twenty)."""
    base = math.exp(-1 / scale)
    # P(|error| > t) = 2 base^(t+1) / (1 + base)
    return max(0, math.ceil(scale * math.log(2 / ((1 + base) * (1 - share))) - 1))


def bounded(counts: Mapping[str, int], *, most: int) -> dict[str, int]:
    """One person's counts, none changed in proportion, `most` together: whoever writes much weighs no more than that."""
    total = sum(counts.values())
    if total <= most:
        return dict(counts)
    return {name: count * most // total for name, count in counts.items()}
