"""The decision on an examined enrolment: compare with everybody and admit, or open a review, under one lock and in one transaction."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from identity.engines.bands import Band, Thresholds, decide, for_gallery
from identity.engines.verification import VerificationLimits, verified
from identity.jobs.admitting import admit
from identity.jobs.enrolment_outcome import close, refuse_enrolment
from identity.jobs.held_captures import hold_frames
from identity.jobs.locks import one_decision_at_a_time
from identity.jobs.review_cases import open_case, open_case_of
from identity.models import Account, Enrolment, ReviewCase, Template
from identity.queries.consents import has_consent
from identity.queries.uniqueness import MOST_CANDIDATES, Candidate, Codes, candidates, enrolled

__all__ = ["band_of", "close", "decide_enrolment", "refuse_enrolment", "thresholds"]

DUPLICATE = {
    "code": "duplicate",
    "sentence": "This face was admitted under another account. One person has one account: sign in to that one.",
}
UNCERTAIN = {
    "code": "uncertain",
    "sentence": "We cannot tell with certainty that you were not admitted before.",
}
ANOTHER_FACE = {
    "code": "another_face",
    "sentence": "This account was checked with another face before. An account belongs to one person.",
}
UNLIKE_BEFORE = {
    "code": "unlike_before",
    "sentence": "We cannot tell with certainty that this is the face that your account was checked with before. Try again"
    " in even light with your face close to the camera and nothing that covers it; if that does not help, write to the"
    " operators of this server.",
}
CONTINUED = {"code": "under_review", "sentence": "A person decides about your check, with this capture."}
VERIFICATION = VerificationLimits()
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


def decide_enrolment(
    *,
    enrolment_id: int,
    faces: Sequence[Codes],
    evidence: dict[str, Any],
    model: str,
    pictures: Sequence[bytes] = (),
) -> None:
    """Admit, refuse or leave to review. `faces` are the codes of one face, newest epoch first.

    Whoever is refused as a duplicate, or can neither be told new, has a case that a person decides; `pictures` are then
    held for the reviewer where the person consents to that. Does nothing when the enrolment is no longer being checked.
    Every decision waits for the one before it, so of two enrolments of one face the second sees what the first has written.
    """
    with transaction.atomic():
        one_decision_at_a_time()
        # Before the enrolment's own lock, as everywhere: a withdrawal of consent holds this one.
        Account.objects.select_for_update(no_key=True, of=("self",)).filter(enrolments=enrolment_id).first()
        enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
        if enrolment.state != Enrolment.State.CHECKING:
            return
        if not has_consent(enrolment.owner_id, "biometric_check"):
            close(enrolment, Enrolment.State.REJECTED, reasons=[NO_CONSENT])
            return
        bands = thresholds()
        near = candidates(faces, within=bands.review, of_account=enrolment.account_id)
        own = [candidate for candidate in near if candidate.account_id == enrolment.account_id]
        others = [candidate for candidate in near if candidate.account_id != enrolment.account_id]
        band = band_of(others, bands)
        enrolment.evidence = evidence | {"band": band.value, "near": len(others)}
        known = Template.objects.filter(person__account_id=enrolment.account_id).exists()
        case = open_case_of(enrolment.owner_id)
        # Once a person is at it the machine does not decide over their head, with one capture chosen from several.
        continues = case is not None
        if known and not own:
            close(enrolment, Enrolment.State.REJECTED, reasons=[ANOTHER_FACE])
        elif known and band is Band.NEW and not verified(own[0], VERIFICATION):
            # By the limits of a renewal, whatever it is called: else the code could drift to somebody alike.
            close(enrolment, Enrolment.State.REJECTED, reasons=[UNLIKE_BEFORE])
        elif band is Band.NEW and not continues:
            admit(enrolment, faces[0], model=model)
        else:
            reason = {Band.DUPLICATE: DUPLICATE, Band.REVIEW: UNCERTAIN, Band.NEW: CONTINUED}[band]
            kinds = ReviewCase.Kind
            case = open_case(
                account_id=enrolment.owner_id,
                kind=kinds.DUPLICATE_REFUSED if band is Band.DUPLICATE else kinds.REVIEW_BAND,
                enrolment_id=enrolment_id,
                candidates=others,
                codes=faces,
                reasons=[reason],
                model=model,
                scores=_scores(band, bands),
            )
            refused = band is Band.DUPLICATE and not continues
            state = Enrolment.State.REJECTED if refused else Enrolment.State.REVIEW
            close(enrolment, state, reasons=[reason | {"sentence": f"{reason['sentence']} {_what_next(case)}"}])
            if pictures and has_consent(enrolment.owner_id, "review_hold"):
                hold_frames(case, pictures)


def band_of(others: Sequence[Candidate], bands: Thresholds) -> Band:
    """The band of a face with these people near it, nearest first."""
    if not others:
        return Band.NEW
    seconds = [candidate.second_distance for candidate in others if candidate.second_distance is not None]
    # The opinion must be on all of them: one left out may be the one.
    complete = len(seconds) == len(others) < MOST_CANDIDATES
    opinion = min(seconds) if complete else None
    return decide(others[0].distance, opinion, bands)


def _scores(band: Band, bands: Thresholds) -> dict[str, Any]:
    return {
        "band": band.value,
        "duplicate": bands.duplicate,
        "review": bands.review,
        "second_new": bands.second_new,
        "enrolled": enrolled(),
    }


def _what_next(case: ReviewCase) -> str:
    return (
        f"A person looks at it, by {case.deadline:%d %B %Y} at the latest: your case is {case.number}."
        f" Follow it at {settings.PUBLIC_URL}/api/humankind/v1/reviews/{case.number}."
    )
