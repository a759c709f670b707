"""Undoes a biometric check: the face code goes, and so does what rests on it."""

from django.db import connection
from django.utils import timezone

from identity.jobs.credentials import end
from identity.jobs.review_cases import CONSENT_WITHDRAWN, end_review_of_face
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
    end_review_of_face(account_id=account_id, reason=CONSENT_WITHDRAWN)
    Template.objects.filter(person__account_id=account_id).delete()
    end(account_id=account_id, reason="consent_withdrawn", kinds=[Credential.Kind.FACE])
