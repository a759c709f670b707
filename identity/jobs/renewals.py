"""Credentials run out: reminds in time, and renews by the face that the person is known by."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from identity.engines.bands import Band
from identity.engines.face_attester import ComparedFace
from identity.jobs.admitting import store_codes
from identity.jobs.credentials import issue
from identity.jobs.enrolment_outcome import close
from identity.jobs.notices import tell
from identity.models import AccountNotice, Credential, Enrolment, Person
from identity.queries.attesters import attester
from identity.queries.uniqueness import Codes

# The nearest first: whoever is found late is reminded once, of how late it is.
REMINDERS = (
    (timedelta(days=1), AccountNotice.Kind.RENEWAL_LAST_DAY),
    (timedelta(days=14), AccountNotice.Kind.RENEWAL_SOON),
    (timedelta(days=60), AccountNotice.Kind.RENEWAL_DUE),
)


def renew(enrolment: Enrolment, person: Person, face: Codes, *, model: str) -> None:
    """Move the person to the newest key epoch and issue a new face credential, with which the earlier one ends.

    Call it under the decision lock, with the enrolment's row locked.
    """
    store_codes(person, face, model=model)
    attestation = attester("face").attest(ComparedFace(Band.NEW, renewed=True))
    close(enrolment, Enrolment.State.ADMITTED, reasons=[])
    issue(account_id=enrolment.owner_id, attestation=attestation, person=person, data={"enrolment": str(enrolment.pk)})


def remind_of_renewals(*, limit: int = 1000) -> int:
    """Remind 60, 14 and 1 days before a credential of a unique human expires, each once; gives the number of reminders.

    Nobody is reminded of one that another, lasting longer, makes superfluous.
    """
    now, told = timezone.now(), 0
    unique = Credential.objects.filter(ended_at=None, level=Credential.Level.UNIQUE, account__is_active=True)
    longer = unique.filter(account=OuterRef("account"), expires_at__gt=OuterRef("expires_at"))
    earlier = timedelta(0)
    for before, kind in REMINDERS:
        reminded = AccountNotice.objects.filter(account=OuterRef("account"), kind=kind, subject_id=OuterRef("pk"))
        due = unique.filter(expires_at__gt=now + earlier, expires_at__lte=now + before)
        due = due.exclude(Exists(longer)).exclude(Exists(reminded)).order_by("expires_at")
        for credential in due[:limit]:
            data = {"until": credential.expires_at.isoformat(), "kind": credential.kind}
            with transaction.atomic():
                told += (
                    tell(account_id=credential.account_id, kind=kind, subject_id=credential.pk, data=data) is not None
                )
        earlier = before
    return told
