"""Which threshold to set for a gallery of a stated size, and how far beyond the data that reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from identity.engines.assessment import tails
from identity.engines.assessment.figures import FITS, redrawn
from identity.engines.assessment.intervals import Estimate, percentiles, rate_over_subjects
from identity.engines.assessment.rates import Comparisons, fnmr_at
from identity.engines.assessment.tails import Tail
from identity.engines.bands import for_gallery


@dataclass(frozen=True, slots=True)
class Proposal:
    """For `gallery` people and a target `fpir`: the `fmr` that this needs, the `threshold` at which the tail puts it and
    the FNMR of this set there; beside it the `house` threshold for that size (the end of its review band), with the FMR
    and FPIR that the tail puts there. `decades` is how many powers of ten `fmr` lies below the least rate that the set
    can count: 0 or less is counted, more is extrapolated."""

    gallery: int
    fpir: float
    fmr: float
    threshold: Estimate
    fnmr: Estimate
    decades: float
    house: float
    house_fmr: float
    house_fpir: float

    @property
    def sentence(self) -> str:
        needed = (
            f"Among {self.gallery:,} enrolled people, stopping {self.fpir:.1%} of newcomers without cause needs a false"
            f" match rate of {self.fmr:.1e}."
        )
        if self.decades <= 0:
            return f"{needed} This set counts rates as rare as that."
        return (
            f"{needed} That is {10**self.decades:,.0f} times rarer than the rarest rate that this set can count: the"
            " threshold is read off a fitted curve, far from any data, and was not measured."
        )


def proposed(
    comparisons: Comparisons, drawn: NDArray[np.float64], *, galleries: Iterable[int], fpir: float
) -> tuple[Tail, list[Proposal]]:
    """Raises ValueError when the set is too small for a tail. Galleries whose target lies outside the tail are left out:
    they are small enough to be counted."""
    tail = tails.fitted(comparisons.non_mated)
    others = []
    for weights in drawn[:FITS]:
        try:
            others.append(tails.fitted(redrawn(comparisons, weights)))
        except ValueError:
            continue
    people = int(np.unique(comparisons.whose).size)
    proposals = []
    for gallery in galleries:
        fmr = tails.fmr_for(gallery=gallery, fpir=fpir)
        if fmr > min(each.share for each in (tail, *others)):
            continue
        threshold = percentiles(tail.threshold(fmr), [other.threshold(fmr) for other in others])
        house = for_gallery(gallery).review
        house_fmr = tail.fmr(min(house, tail.start))
        proposals.append(
            Proposal(
                gallery=gallery,
                fpir=fpir,
                fmr=fmr,
                threshold=threshold,
                fnmr=rate_over_subjects(partial(fnmr_at, comparisons, threshold.value), drawn, counted=people),
                decades=float(np.log10(1 / (fmr * comparisons.non_mated.size))),
                house=house,
                house_fmr=house_fmr,
                house_fpir=float(-np.expm1(gallery * np.log1p(-house_fmr))),
            )
        )
    return tail, proposals
