"""Admission without a face: agents of the demo world, vouched for by the operator of a development machine."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.problems import NotAllowed
from identity.engines.attestation import Attestation
from identity.jobs.credentials import issue
from identity.models import Account, Credential

METHOD = "operator-simulated-1"


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
