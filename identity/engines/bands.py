"""New, review or duplicate: what the distance to the nearest enrolled person means.

Distances are shares of differing bits between protected codes of 1024 bits (`codes.distance`): 0 for the same code,
0.5 for unrelated ones.

Where the thresholds come from (`python -m bench.accuracy`: 62 people of the Face Research Lab London Set, two
photographs each in one sitting, so an easy set; eight keys; chosen and measured on the same people, so a fit and not a
forecast):

- Codes of one person's two photographs differ by at most 0.20 as they are, and by at most 0.37 when a change of
  expression and a heavily degraded probe come together. Those of two people differ by 0.325 or more, by 0.29 or more
  where both captures are degraded beyond what the quality gate lets pass.
- `duplicate`, 0.25: the machine alone refuses a person only here. No pair of two people came near it in 105,896
  comparisons under each key; siblings and twins were not among them.
- `review` depends on how many are enrolled, since a newcomer is compared with each. The lowest 2 % of the distances of
  two people, fitted by a generalised Pareto tail, put false match rates of 1e-3, 1e-4, 1e-5, 1e-6 and 1e-7 at 0.357,
  0.335, 0.317, 0.302 and 0.291: each step of `for_gallery` keeps newcomers stopped without cause near one in ten or
  fewer at its upper end.
- `second_new`, 0.155: the other model's codes of one person differed by at most 0.146, so that this added no missed
  duplicate under any condition. It clears 9 to 31 % of the pairs of two people in the band of a gallery of 100; the
  set holds too few pairs in the narrower bands to tell there. Who it does not clear is more often not white: that model's
  closest strangers mostly are not (docs/decisions/0003-second-opinion.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# Enrolled people up to which the review threshold holds; the last holds beyond.
_REVIEW = ((100, 0.355), (1_000, 0.335), (10_000, 0.315), (100_000, 0.30), (1_000_000, 0.29))


class Band(StrEnum):
    NEW = "new"
    REVIEW = "review"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """At or below `duplicate` the face is enrolled already; above `review` it is new; between, the second opinion
    speaks: above `second_new` it says that these are two people, and otherwise a person reviews.

    Raises ValueError when they are not in order.
    """

    duplicate: float
    review: float
    second_new: float

    def __post_init__(self) -> None:
        if not 0 <= self.duplicate <= self.review <= 0.5 or not 0 <= self.second_new <= 0.5:
            raise ValueError("Thresholds must hold 0 <= duplicate <= review <= 0.5 and 0 <= second_new <= 0.5.")


def for_gallery(enrolled: int) -> Thresholds:
    """The measured thresholds for a gallery of this many people."""
    review = next((value for size, value in _REVIEW if enrolled <= size), _REVIEW[-1][1])
    return Thresholds(duplicate=0.25, review=review, second_new=0.155)


def decide(best_distance: float | None, second_opinion_distance: float | None, thresholds: Thresholds) -> Band:
    """The band of a newcomer.

    `best_distance` is the least distance to anyone enrolled, None when nobody is. `second_opinion_distance` is the
    least of the other model's distances to everyone within the review band, None when it has none; it counts inside
    that band only.
    """
    if best_distance is None or best_distance > thresholds.review:
        return Band.NEW
    if best_distance <= thresholds.duplicate:
        return Band.DUPLICATE
    if second_opinion_distance is not None and second_opinion_distance > thresholds.second_new:
        return Band.NEW
    return Band.REVIEW
