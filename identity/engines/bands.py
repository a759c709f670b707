"""New, review or duplicate: what the distance to the nearest enrolled person means.

Distances are shares of differing bits between protected codes (`codes.distance`), 0 for the same code, 0.5 for
unrelated ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Band(StrEnum):
    NEW = "new"
    REVIEW = "review"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """At or below `duplicate` the face is enrolled already; above `review` it is new; between, the second opinion
    speaks: above `second_new` it says that these are two people, and without one a person reviews."""

    duplicate: float
    review: float
    second_new: float

    def __post_init__(self) -> None:
        if not 0 <= self.duplicate <= self.review <= 0.5 or not 0 <= self.second_new <= 0.5:
            raise ValueError("Thresholds must hold 0 <= duplicate <= review <= 0.5 and 0 <= second_new <= 0.5.")


def decide(best_distance: float | None, second_opinion_distance: float | None, thresholds: Thresholds) -> Band:
    """The band of a newcomer.

    `best_distance` is the least distance to anyone enrolled, None when nobody is. `second_opinion_distance` is that of
    the other model to the same candidates, the least of them; it counts inside the review band only.
    """
    if best_distance is None or best_distance > thresholds.review:
        return Band.NEW
    if best_distance <= thresholds.duplicate:
        return Band.DUPLICATE
    if second_opinion_distance is not None and second_opinion_distance > thresholds.second_new:
        return Band.NEW
    return Band.REVIEW
