"""Rows of identity. The biometric ones (`identity.models.biometric`) are importable from identity alone."""

from identity.models.account import Account
from identity.models.age import AgeDeclaration
from identity.models.biometric import Enrolment, KeyEpoch, SecondOpinion, Template
from identity.models.consent import Consent
from identity.models.passkey import Passkey, PasskeyCeremony
from identity.models.person import Credential, Person
from identity.models.presence import PresenceDemand

__all__ = [
    "Account",
    "AgeDeclaration",
    "Consent",
    "Credential",
    "Enrolment",
    "KeyEpoch",
    "Passkey",
    "PasskeyCeremony",
    "Person",
    "PresenceDemand",
    "SecondOpinion",
    "Template",
]
