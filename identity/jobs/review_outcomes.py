"""Carries out what a reviewer decided. Each is called with the case locked, in the transaction of the decision."""

from collections.abc import Collection

from django.conf import settings
from django.utils import timezone

from common import events
from common.problems import Conflict
from identity.engines.bands import Band
from identity.jobs.admitting import admit
from identity.jobs.credentials import end, reinstate
from identity.jobs.decision import band_of, thresholds
from identity.jobs.notices import tell
from identity.jobs.pending_faces import add_candidates, forget_face
from identity.jobs.review_cases import close_enrolment, settle
from identity.jobs.world_id_holders import move_world_id
from identity.models import (
    AccountNotice,
    CaseCandidate,
    DistinctPeople,
    Enrolment,
    KeyEpoch,
    PendingCode,
    Person,
    ReviewCase,
)
from identity.queries.uniqueness import Candidate, Codes, candidates

REFUSED_BY_REVIEW = "review_refused"
CAPTURE_OUTDATED = "The keys of face codes were changed since this capture: ask for a better capture."


def admit_case(case: ReviewCase, *, siblings: Collection[int], reasons: str) -> bool:
    """Admit the person; False where somebody is near whom the reviewer has not seen: they are in the case now.

    Call it under the decision lock. `siblings` are numbers of candidates who are siblings or twins; the other candidates
    are told apart as different people. Raises Conflict where the codes can no longer be compared with everybody.
    """
    told_apart = list(case.candidates.all())
    person: Person | None = None
    if case.captures:
        faces, model = _codes(case)
        others = _not_told_apart(case, faces, {each.person_id for each in told_apart})
        if others:
            _send_back(case, others)
            return False
        enrolment = Enrolment.objects.select_for_update().filter(pk=case.enrolment_id).first()
        if enrolment is None:
            raise Conflict("The capture of this case is gone: ask for a better one.", code="capture_gone")
        person = admit(enrolment, faces[0], model=model, reviewed=True)
        _mark(case, person, told_apart, siblings)
    if case.about == ReviewCase.About.REFEREES and case.kind == ReviewCase.Kind.APPEAL:
        reinstate(account_id=case.account_id, reason=REFUSED_BY_REVIEW)
    if case.about == ReviewCase.About.WORLD_ID:
        move_world_id(account_id=case.account_id)
    outcome = ReviewCase.Outcome.ADMIT_AS_SIBLING if siblings else ReviewCase.Outcome.ADMIT
    settle(case, outcome, reasons=reasons)
    return True


def ask_for_capture(case: ReviewCase, *, reasons: str) -> None:
    """Let the person capture anew, with the whole of the time; what there was of their face goes at once.

    Who was near it stays in the case: a worse capture must not make them forgotten.
    """
    sentence = f"A reviewer asks you for a better capture: {reasons}"
    close_enrolment(case, Enrolment.State.REJECTED, {"code": "better_capture", "sentence": sentence})
    forget_face(case)
    case.state, case.capture_offered = ReviewCase.State.AWAITING_CAPTURE, False
    case.deadline = timezone.now() + settings.REVIEW_WITHIN
    case.reasons = reasons
    case.revision += 1
    case.save()
    data = {"number": case.number, "until": case.deadline.isoformat()}
    asked = events.record("review.capture_asked", account_id=case.account_id, subject_id=case.pk, data=data)
    # A case may be asked for more than one: each is told.
    tell(account_id=case.account_id, kind=AccountNotice.Kind.REVIEW_CAPTURE_ASKED, subject_id=asked.seq, data=data)


def await_second_reviewer(case: ReviewCase) -> None:
    """A refusal that no second reviewer has confirmed refuses nobody yet."""
    case.state = ReviewCase.State.AWAITING_SECOND_REVIEWER
    case.revision += 1
    case.save()


def return_case(case: ReviewCase) -> None:
    """The second reviewer does not refuse: the case is as open as before."""
    case.state = ReviewCase.State.OPEN
    case.revision += 1
    case.save()


def refuse_case(case: ReviewCase, *, reasons: str) -> None:
    """Two reviewers refuse: the enrolment is rejected, and what a doubted referee vouched for ends."""
    reason = {"code": "review_refused", "sentence": f"Two reviewers looked at your case and refused it: {reasons}"}
    close_enrolment(case, Enrolment.State.REJECTED, reason)
    if case.about == ReviewCase.About.REFEREES:
        end(account_id=case.account_id, reason=REFUSED_BY_REVIEW, kinds=["referee"])
    settle(case, ReviewCase.Outcome.REFUSE, reasons=reasons)


def _codes(case: ReviewCase) -> tuple[list[Codes], str]:
    """The pending codes under every live epoch, newest first."""
    rows = {row.key_epoch_id: row for row in PendingCode.objects.filter(case=case)}
    live = list(KeyEpoch.objects.filter(state=KeyEpoch.State.LIVE).order_by("-number").values_list("number", flat=True))
    if not live or any(number not in rows for number in live):
        # Whoever has moved to an epoch that the codes are not of would be missed.
        raise Conflict(CAPTURE_OUTDATED, code="capture_outdated")
    faces = [Codes(number, _bytes(rows[number].leading), _bytes(rows[number].second)) for number in live]
    return faces, rows[live[0]].model


def _bytes(bits: str) -> bytes:
    return int(bits, 2).to_bytes(len(bits) // 8)


def _not_told_apart(case: ReviewCase, faces: list[Codes], told_apart: Collection[int]) -> list[Candidate]:
    """Those near the face who are neither the account's own person nor known to the reviewer, unless all are far enough."""
    bands = thresholds()
    near = candidates(faces, within=bands.review, of_account=case.account_id)
    others = [each for each in near if each.account_id != case.account_id and each.person_id not in told_apart]
    return [] if band_of(others, bands) is Band.NEW else others


def _send_back(case: ReviewCase, others: list[Candidate]) -> None:
    add_candidates(case, others)
    case.state = ReviewCase.State.OPEN
    case.revision += 1
    case.save()
    events.record("review.sent_back", account_id=case.account_id, subject_id=case.pk, data={"number": case.number})


def _mark(case: ReviewCase, person: Person, told_apart: list[CaseCandidate], siblings: Collection[int]) -> None:
    for each in told_apart:
        if each.person_id == person.pk:
            continue
        first, second = sorted((person.pk, each.person_id))
        relations = DistinctPeople.Relation
        relation = relations.SIBLING if each.number in siblings else relations.DIFFERENT
        DistinctPeople.objects.update_or_create(
            first_id=first, second_id=second, defaults={"relation": relation, "case": case}
        )
