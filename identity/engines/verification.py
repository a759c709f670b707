"""Known again: one face against one person's code (verification), and one face among everybody's (identification).

Distances are shares of differing bits between protected codes of 1024 bits, as in `bands.py`, whose figures these rest on:

- `leading`, 0.22, is stricter than the 0.25 at which a newcomer is refused as a duplicate. A duplicate that is missed
  waits in the review band above; a stranger who is let through here renews somebody else's credential, and nobody looks.
  Two photographs of one person in one sitting differed by at most 0.20 as they were (62 people), so an honest person
  passes in even light and is told to try again in bad light; two people differed by 0.29 or more, worst captures and all.
- `second`, 0.155: the other model must agree. Its codes of one person differed by at most 0.146 under any condition.
- Identification asks for both, 0.25 being enough for the leading one as it is for a duplicate, and for nobody else in the
  review band: whoever is near two people could be either (ISO/IEC 19795-1 would count it as a false positive
  identification), and an account is not handed out on that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from identity.engines.bands import Thresholds


class Near(Protocol):
    """Somebody near a face."""

    @property
    def person_id(self) -> int: ...
    @property
    def distance(self) -> float: ...
    @property
    def second_distance(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class VerificationLimits:
    """Largest distances at which a face is the person's own."""

    leading: float = 0.22
    second: float = 0.155
    identified: float = 0.25


def verified(own: Near | None, limits: VerificationLimits) -> bool:
    """Whether the nearest person, who is the one asked about, is the face's own."""
    if own is None or own.distance > limits.leading:
        return False
    # Codes from before there was a second opinion are compared by the leading model alone.
    return own.second_distance is None or own.second_distance <= limits.second


def identified(near: Sequence[Near], bands: Thresholds, limits: VerificationLimits) -> int | None:
    """The one person that a face is, None when it is nobody's or could be two people's.

    `near` holds everybody within the review band, nearest first. A setting that widens the duplicate band does not
    widen this one.
    """
    if not near or len({each.person_id for each in near}) != 1:
        return None
    best = near[0]
    if best.distance > min(bands.duplicate, limits.identified):
        return None
    if best.second_distance is None or best.second_distance > limits.second:
        return None
    return best.person_id
