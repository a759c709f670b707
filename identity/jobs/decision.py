"""The decision on an examined enrolment: compare with everybody and admit, under one lock and in one transaction."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common import events
from identity.engines.bands import Band, Thresholds, decide, for_gallery
from identity.engines.codes import bit_string
from identity.engines.face_attester import ComparedFace
from identity.jobs.credentials import issue
from identity.jobs.locks import one_decision_at_a_time
from identity.models import Enrolment, Person, SecondOpinion, Template
from identity.queries.attesters import attester
from identity.queries.consents import has_consent
from identity.queries.uniqueness import MOST_CANDIDATES, Candidate, Codes, candidates, enrolled

DUPLICATE = {
    "code": "duplicate",
    "sentence": "This face was admitted under another account. One person has one account: sign in to that one.",
}
UNCERTAIN = {
    "code": "uncertain",
    "sentence": "We cannot tell with certainty that you were not admitted before. Try again in even light with your"
    " face close to the camera; if that does not help, write to the operators of this server.",
}
ANOTHER_FACE = {
    "code": "another_face",
    "sentence": "This account was checked with another face before. An account belongs to one person.",
}
NO_CONSENT = {"code": "consent_withdrawn", "sentence": "Your consent to the check is no longer in force."}


def thresholds() -> Thresholds:
    """The measured bands for as many people as are enrolled, or those that the settings name.

    Where the figures come from: `identity/engines/bands.py` and docs/decisions/0011-uniqueness-thresholds.md.
    """
    measured = for_gallery(enrolled())
    return Thresholds(
        duplicate=settings.UNIQUENESS_DUPLICATE or measured.duplicate,
        review=settings.UNIQUENESS_REVIEW or measured.review,
        second_new=settings.UNIQUENESS_SECOND_NEW or measured.second_new,
    )


def decide_enrolment(*, enrolment_id: int, faces: Sequence[Codes], evidence: dict[str, Any], model: str) -> None:
    """Admit, refuse or leave to review. `faces` are the codes of one face, newest epoch first.

    Does nothing when the enrolment is no longer being checked. Every decision waits for the one before it, so of two
    enrolments of one face the second sees what the first has written.
    """
    with transaction.atomic():
        one_decision_at_a_time()
        enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
        if enrolment.state != Enrolment.State.CHECKING:
            return
        if not has_consent(enrolment.owner_id, "biometric_check"):
            close(enrolment, Enrolment.State.REJECTED, reasons=[NO_CONSENT])
            return
        bands = thresholds()
        near = candidates(faces, within=bands.review)
        own = [candidate for candidate in near if candidate.account_id == enrolment.account_id]
        others = [candidate for candidate in near if candidate.account_id != enrolment.account_id]
        band = _band(others, bands)
        enrolment.evidence = evidence | {"band": band.value, "near": len(others)}
        known = Template.objects.filter(person__account_id=enrolment.account_id).exists()
        if band is Band.DUPLICATE:
            close(enrolment, Enrolment.State.REJECTED, reasons=[DUPLICATE])
        elif known and not own:
            close(enrolment, Enrolment.State.REJECTED, reasons=[ANOTHER_FACE])
        elif band is Band.REVIEW:
            close(enrolment, Enrolment.State.REVIEW, reasons=[UNCERTAIN])
        else:
            _admit(enrolment, faces[0], model)


def refuse_enrolment(
    *,
    enrolment_id: int,
    state: Enrolment.State,
    reasons: list[dict[str, Any]],
    only_from: Sequence[Enrolment.State] = Enrolment.OPEN,
) -> None:
    """Close an enrolment that did not come as far as a comparison; nothing when it is in none of the states `only_from`."""
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
        if enrolment.state in only_from:
            close(enrolment, state, reasons=reasons)


def close(enrolment: Enrolment, state: Enrolment.State, *, reasons: list[dict[str, Any]]) -> None:
    """Write the outcome, drop the frames' key, tell the event log. The row is locked by the caller."""
    enrolment.state = state
    enrolment.reasons = reasons
    enrolment.frame_key = None
    enrolment.step, enrolment.progress = "decided", 1.0
    enrolment.decided_at = timezone.now()
    enrolment.save()
    events.record(
        "enrolment.decided",
        account_id=enrolment.account_id,
        subject_id=enrolment.pk,
        data={"state": state.value, "reasons": [reason["code"] for reason in reasons]},
    )


def _band(others: Sequence[Candidate], bands: Thresholds) -> Band:
    if not others:
        return Band.NEW
    seconds = [candidate.second_distance for candidate in others if candidate.second_distance is not None]
    # The opinion must be on all of them: one left out may be the one.
    complete = len(seconds) == len(others) < MOST_CANDIDATES
    opinion = min(seconds) if complete else None
    return decide(others[0].distance, opinion, bands)


def _admit(enrolment: Enrolment, face: Codes, model: str) -> None:
    account_id = enrolment.owner_id
    person, _ = Person.objects.get_or_create(account_id=account_id)
    # Whoever comes again moves to the newest epoch: the older code is not kept beside it.
    Template.objects.filter(person=person).delete()
    template = Template.objects.create(
        person=person, key_epoch_id=face.epoch, code=bit_string(face.leading), model=model
    )
    SecondOpinion.objects.create(template=template, code=bit_string(face.second))
    attestation = attester("face").attest(ComparedFace(Band.NEW))
    close(enrolment, Enrolment.State.ADMITTED, reasons=[])
    issue(account_id=account_id, attestation=attestation, person=person, data={"enrolment": str(enrolment.pk)})
