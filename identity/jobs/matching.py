"""The decision on an examined capture of somebody who is enrolled already: renewal, presence, recovery, erasure."""

from collections.abc import Sequence
from typing import Any

from identity.queries.uniqueness import Codes


def decide_match(*, enrolment_id: int, faces: Sequence[Codes], evidence: dict[str, Any], model: str) -> None:
    """Compare with one person (renewal, presence) or find one (recovery, erasure). `faces` as for an admission."""
    raise NotImplementedError("Nothing opens a capture for these purposes yet.")
