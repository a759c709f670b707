"""Rows of identity. The biometric ones (`identity.models.biometric`) are importable from identity alone."""

from identity.models.account import Account
from identity.models.biometric import Enrolment, KeyEpoch, SecondOpinion, Template
from identity.models.consent import Consent
from identity.models.person import Credential, Person
from identity.models.presence import PresenceDemand

__all__ = [
    "Account",
    "Consent",
    "Credential",
    "Enrolment",
    "KeyEpoch",
    "Person",
    "PresenceDemand",
    "SecondOpinion",
    "Template",
]
