"""Writes down that a face is admitted: its codes, its person, its credential."""

from django.db import connection

from identity.engines.bands import Band
from identity.engines.codes import bit_string
from identity.engines.face_attester import ComparedFace
from identity.jobs.credentials import issue
from identity.jobs.enrolment_outcome import close
from identity.models import Enrolment, Person, SecondOpinion, Template
from identity.queries.attesters import attester
from identity.queries.uniqueness import Codes


def admit(enrolment: Enrolment, face: Codes, *, model: str, reviewed: bool = False) -> Person:
    """Admit the account of an enrolment with this face. Call it under the decision lock; the row is locked by the caller."""
    if not connection.in_atomic_block:
        raise RuntimeError("A face is admitted in the transaction of its decision.")
    account_id = enrolment.owner_id
    person, _ = Person.objects.get_or_create(account_id=account_id)
    store_codes(person, face, model=model)
    attestation = attester("face").attest(ComparedFace(Band.REVIEW if reviewed else Band.NEW, reviewed=reviewed))
    close(enrolment, Enrolment.State.ADMITTED, reasons=[])
    issue(account_id=account_id, attestation=attestation, person=person, data={"enrolment": str(enrolment.pk)})
    return person


def store_codes(person: Person, face: Codes, *, model: str) -> None:
    """Put these codes in the place of whatever codes the person has: one person has one template, in the newest epoch."""
    Template.objects.filter(person=person).delete()
    template = Template.objects.create(
        person=person, key_epoch_id=face.epoch, code=bit_string(face.leading), model=model
    )
    SecondOpinion.objects.create(template=template, code=bit_string(face.second))
