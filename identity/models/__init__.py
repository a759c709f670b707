"""Rows of identity. The biometric ones (`identity.models.biometric`) are importable from identity alone."""

from identity.models.account import Account
from identity.models.age import AgeDeclaration
from identity.models.archive import Archive
from identity.models.biometric import Enrolment, KeyEpoch, SecondOpinion, Template
from identity.models.consent import Consent
from identity.models.erasure import ErasureReceipt
from identity.models.held_capture import HeldCapture, HeldCaptureView, HeldFrame
from identity.models.likeness import CaseCandidate, DistinctPeople, PendingCode
from identity.models.notice import AccountNotice
from identity.models.passkey import Passkey, PasskeyCeremony
from identity.models.person import Credential, Person
from identity.models.presence import PresenceDemand
from identity.models.recovery import ErasureByFace, Recovery
from identity.models.referee import Referee, Vouch, VouchRequest
from identity.models.review import ReviewCase, ReviewDecision
from identity.models.world_id import WorldIdNullifier, WorldIdProof, WorldIdRequest

__all__ = [
    "Account",
    "AccountNotice",
    "AgeDeclaration",
    "Archive",
    "CaseCandidate",
    "Consent",
    "Credential",
    "DistinctPeople",
    "Enrolment",
    "ErasureByFace",
    "ErasureReceipt",
    "HeldCapture",
    "HeldCaptureView",
    "HeldFrame",
    "KeyEpoch",
    "Passkey",
    "PasskeyCeremony",
    "PendingCode",
    "Person",
    "PresenceDemand",
    "Recovery",
    "Referee",
    "ReviewCase",
    "ReviewDecision",
    "SecondOpinion",
    "Template",
    "Vouch",
    "VouchRequest",
    "WorldIdNullifier",
    "WorldIdProof",
    "WorldIdRequest",
]
