"""Face: the frames were examined (`examination.py`) and the code was compared with everybody's (`bands.py`)."""

from __future__ import annotations

from dataclasses import dataclass

from identity.engines.attestation import Attestation, AttestationRefused
from identity.engines.bands import Band


@dataclass(frozen=True, slots=True)
class ComparedFace:
    """Where an examined face stands among the enrolled: `band` against all others, `reviewed` when a person decided,
    `renewed` when it was compared with the person's own code alone."""

    band: Band
    reviewed: bool = False
    renewed: bool = False


class FaceAttester:
    """Attests uniqueness: a new face, or one that a reviewer has found to be new."""

    kind = "face"

    def attest(self, evidence: ComparedFace) -> Attestation:
        """Raises AttestationRefused for a face that is not new."""
        if evidence.band is not Band.NEW and not evidence.reviewed:
            raise AttestationRefused("not_new", "This face may have been admitted before.")
        method = "face-gestures-1-reviewed" if evidence.reviewed else "face-gestures-1"
        if evidence.renewed:
            method = "face-gestures-1-renewed"
        return Attestation(kind=self.kind, level="unique", method=method)
