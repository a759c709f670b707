"""The decision on an examined capture of somebody who is enrolled already: renewal, presence, recovery, erasure."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from identity.engines.verification import VerificationLimits, identified, verified
from identity.jobs.decision import thresholds
from identity.jobs.enrolment_outcome import close
from identity.jobs.found_person import begin_recovery, erase_found
from identity.jobs.locks import one_decision_at_a_time
from identity.jobs.presence import note_presence
from identity.jobs.renewals import renew
from identity.models import Account, DistinctPeople, Enrolment, Person
from identity.queries.consents import has_consent
from identity.queries.uniqueness import Candidate, Codes, candidates

LIMITS = VerificationLimits()
NOT_RECOGNISED = {
    "code": "not_recognised",
    "sentence": "We could not recognise you with certainty, so nothing was changed. Try again in even light with your"
    " face close to the camera and nothing that covers it. If that does not help, a person can look at it: write to the"
    " operators of this server.",
}
NO_CONSENT = {"code": "consent_withdrawn", "sentence": "Your consent to the check is no longer in force."}
Purpose, State = Enrolment.Purpose, Enrolment.State


def decide_match(*, enrolment_id: int, faces: Sequence[Codes], evidence: dict[str, Any], model: str) -> None:
    """Compare with one person (renewal, presence) or find one (recovery, erasure). `faces` as for an admission.

    Does nothing when the capture is no longer being checked. Every refusal reads the same: how near somebody was is
    nobody's to know.
    """
    with transaction.atomic():
        one_decision_at_a_time()
        # Before the enrolment's own lock, as everywhere: a withdrawal of consent holds this one.
        Account.objects.select_for_update(no_key=True, of=("self",)).filter(enrolments=enrolment_id).first()
        enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
        if enrolment.state != State.CHECKING:
            return
        enrolment.evidence = evidence
        if enrolment.purpose in (Purpose.RENEWAL, Purpose.PRESENCE):
            _known_again(enrolment, faces, model)
        else:
            _looked_for(enrolment, faces)


def _known_again(enrolment: Enrolment, faces: Sequence[Codes], model: str) -> None:
    account_id = enrolment.owner_id
    if not has_consent(account_id, "biometric_check"):
        close(enrolment, State.REJECTED, reasons=[NO_CONSENT])
        return
    person = own_person(account_id, faces)
    if person is None:
        close(enrolment, State.REJECTED, reasons=[NOT_RECOGNISED])
    elif enrolment.purpose == Purpose.RENEWAL:
        renew(enrolment, person, faces[0], model=model)
    else:
        close(enrolment, State.MATCHED, reasons=[])
        note_presence(account_id=account_id, by="face")


def own_person(account_id: int, faces: Sequence[Codes]) -> Person | None:
    """The account's own person, when this is their face and nobody's else more."""
    near = candidates(faces, within=LIMITS.leading, of_account=account_id)
    nearest = near[0] if near else None
    if nearest is None or nearest.account_id != account_id or not verified(nearest, LIMITS):
        return None
    return Person.objects.get(pk=nearest.person_id)


def _looked_for(enrolment: Enrolment, faces: Sequence[Codes]) -> None:
    bands = thresholds()
    near = candidates(faces, within=bands.review)
    person_id = identified(near, bands, LIMITS)
    enrolment.evidence |= {"near": len({candidate.person_id for candidate in near}), "found": person_id is not None}
    person = _with_account(person_id, near)
    if person is None or person.account is None:
        close(enrolment, State.REJECTED, reasons=[NOT_RECOGNISED])
    elif enrolment.purpose == Purpose.RECOVERY:
        begin_recovery(enrolment, person, person.account)
    else:
        erase_found(enrolment, person.account)


def _with_account(person_id: int | None, near: Sequence[Candidate]) -> Person | None:
    """The person, locked with their account; None for one without an account in use.

    None also for one whom a reviewer has told apart from somebody alike: that other may be the one who asks.
    """
    if person_id is None:
        return None
    alike = DistinctPeople.objects.filter(Q(first=person_id) | Q(second=person_id)).exists()
    account = Account.objects.select_for_update(no_key=True, of=("self",)).filter(person=person_id).first()
    if alike or account is None or not account.is_active:
        return None
    return Person.objects.select_related("account").get(pk=person_id)
