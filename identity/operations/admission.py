"""Admission without a proof, on a development machine alone: the demo world's agents, and accounts for clients' tests."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.problems import NotAllowed
from identity.engines.attestation import Attestation
from identity.jobs.credentials import issue
from identity.models import Account, Credential

METHOD = "operator-simulated-1"
NO_PROOF = "no-proof-of-personhood-development-only"


def admit_simulated(*, account_id: int, operator: str) -> Credential:
    """Let a simulated account write, under a level that says what it is; gives the live credential it has, if any.

    No `Person` is made: nobody is there. Raises NotAllowed outside development.
    """
    if not settings.DEVELOPMENT:
        raise NotAllowed("Simulated accounts are admitted on a development machine only.")
    now = timezone.now()
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=account_id)
        level = Credential.Level.SIMULATED
        live = Credential.objects.filter(account_id=account_id, level=level, ended_at=None, expires_at__gt=now).first()
        if live:
            return live
        attestation = Attestation(kind=Credential.Kind.OPERATOR, level=level, method=METHOD)
        return issue(account_id=account_id, attestation=attestation, data={"operator": operator[:60]})


def admit_unchecked(*, account_id: int) -> Credential:
    """Let a new account write though nobody looked who it is, under a kind and a level that say so; no `Person` is made.

    Call it in the transaction that makes the account. Raises NotAllowed where `settings.ADMIT_ON_REGISTRATION` is off,
    and outside development.
    """
    if not (settings.DEVELOPMENT and settings.ADMIT_ON_REGISTRATION):
        raise NotAllowed("Accounts are let in unchecked on a development machine only.")
    attestation = Attestation(kind=Credential.Kind.UNCHECKED, level=Credential.Level.UNCHECKED, method=NO_PROOF)
    return issue(account_id=account_id, attestation=attestation)
