"""Undoes a biometric check: the face code goes, and so does what rests on it."""

from django.db import connection
from django.utils import timezone

from common import events
from identity.models import Credential, Enrolment, Template


def end_biometric_check(*, account_id: int) -> None:
    """Erase the account's face codes, end its credentials of that kind, and drop an enrolment under way.

    Call it inside a transaction. An enrolment that is being checked finds its key gone and admits nobody.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A biometric check is ended inside a transaction.")
    now = timezone.now()
    Enrolment.objects.filter(account_id=account_id, state__in=Enrolment.OPEN).update(
        state=Enrolment.State.EXPIRED,
        frame_key=None,
        decided_at=now,
        reasons=[{"code": "consent_withdrawn", "sentence": "You withdrew your consent to the check."}],
    )
    Template.objects.filter(person__account_id=account_id).delete()
    live = Credential.objects.filter(account_id=account_id, kind=Credential.Kind.FACE, ended_at=None)
    for credential in live.select_for_update():
        credential.ended_at, credential.end_reason = now, "consent_withdrawn"
        credential.save(update_fields=["ended_at", "end_reason"])
        events.record(
            "credential.ended", account_id=account_id, subject_id=credential.pk, data={"reason": "consent_withdrawn"}
        )
