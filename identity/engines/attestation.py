"""The one port behind which every way of proving personhood stands, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

Evidence = TypeVar("Evidence", contravariant=True)


class AttestationRefused(Exception):
    """The evidence does not show what it should. `code` is for programs, `sentence` for the person."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class AttestationUnavailable(Exception):
    """Nobody could tell at the moment: the evidence is kept, and looked at again later."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Attestation:
    """What was shown. `kind` and `level` are those of a credential; `method` is what was done, with its version.

    `valid_for` is None where the house's own time holds (`settings.CREDENTIAL_VALID_FOR`).
    """

    kind: str
    level: str
    method: str
    valid_for: timedelta | None = None


class Attester(Protocol[Evidence]):
    @property
    def kind(self) -> str:
        """The kind of credential that its attestations become."""

    def attest(self, evidence: Evidence) -> Attestation:
        """Look at the evidence. Raises AttestationRefused or AttestationUnavailable."""
