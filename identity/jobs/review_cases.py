"""Opens, feeds and ends cases of review. Call everything here inside the transaction of what it belongs to."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common import events
from identity.jobs.enrolment_outcome import close
from identity.jobs.notices import tell
from identity.jobs.pending_faces import forget_candidates, forget_face, keep_face
from identity.models import AccountNotice, Enrolment, ReviewCase
from identity.queries.uniqueness import Candidate, Codes

Kind, About, State, Outcome = ReviewCase.Kind, ReviewCase.About, ReviewCase.State, ReviewCase.Outcome
# Two questions are never one case: who refuses a face has said nothing of a referee's word, and the other way round.
ABOUT = {
    Kind.REVIEW_BAND: About.FACE,
    Kind.DUPLICATE_REFUSED: About.FACE,
    Kind.REFEREE_RECORD: About.REFEREES,
    Kind.RECOVERIES_STOPPED: About.RECOVERIES,
    Kind.WORLD_ID_TAKEN: About.WORLD_ID,
}
WITHDRAWN = {
    "code": "review_withdrawn",
    "sentence": "You ended the review of this check. You may open a new enrolment.",
}
CONSENT_WITHDRAWN = {"code": "consent_withdrawn", "sentence": "You withdrew your consent to the check."}


def open_case(
    *,
    account_id: int,
    kind: ReviewCase.Kind,
    enrolment_id: int | None = None,
    candidates: Sequence[Candidate] = (),
    codes: Sequence[Codes] = (),
    reasons: Sequence[Mapping[str, Any]] = (),
    model: str = "",
    scores: Mapping[str, Any] | None = None,
    appeal_of: ReviewCase | None = None,
) -> ReviewCase:
    """Open a case for the account, or bring what is new into the open one about the same question.

    `codes` are of the face that `model` embedded; `candidates` are who is near it; `reasons` are codes and sentences, for
    the person and the reviewer. An open case keeps its kind, and is open again for all reviewers.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A review is opened in the transaction of what it is about.")
    about = About(appeal_of.about) if appeal_of else ABOUT[kind]
    case = _new(account_id, kind, about, reasons, appeal_of)
    if case is None:
        case = open_case_of(account_id, about)
        if case is None:
            raise RuntimeError(f"The review of account {account_id} ended while another was opened.")
        _continue(case, reasons)
    if enrolment_id is not None:
        _let_go_of_earlier_enrolment(case, enrolment_id)
        case.enrolment_id = enrolment_id
    if codes:
        case.captures += 1
        case.scores = dict(scores or {})
        keep_face(case, candidates, codes, model=model)
    case.save()
    return case


def open_case_of(account_id: int, about: ReviewCase.About = About.FACE) -> ReviewCase | None:
    """The account's undecided case about this question, locked until the transaction ends."""
    undecided = ReviewCase.objects.filter(account_id=account_id, about=about, state__in=ReviewCase.UNDECIDED)
    return undecided.select_for_update().first()


def end_review_of_face(*, account_id: int, reason: Mapping[str, Any] = WITHDRAWN) -> bool:
    """The person wants no review of their face any more: its case ends, with all codes and pictures; False without one."""
    case = open_case_of(account_id)
    if case is None:
        return False
    settle(case, Outcome.WITHDRAWN, reasons=str(reason["sentence"]))
    close_enrolment(case, Enrolment.State.EXPIRED, reason)
    return True


def settle(
    case: ReviewCase, outcome: ReviewCase.Outcome, *, reasons: str, state: ReviewCase.State = State.DECIDED
) -> None:
    """Write how a case ended. Codes, candidates and held pictures go with it."""
    forget_face(case)
    forget_candidates(case)
    case.state, case.outcome, case.reasons = state, outcome, reasons
    case.decided_at = timezone.now()
    case.revision += 1
    case.save()
    kind = "review.lapsed" if state == State.LAPSED else "review.decided"
    data = {"number": case.number, "outcome": outcome.value}
    events.record(kind, account_id=case.account_id, subject_id=case.pk, data=data)
    if outcome != Outcome.WITHDRAWN:
        tell(account_id=case.account_id, kind=AccountNotice.Kind.REVIEW_ENDED, subject_id=case.pk, data=data)


def close_enrolment(case: ReviewCase, state: Enrolment.State, reason: Mapping[str, Any]) -> None:
    """Give the case's capture, where it waits or was refused by the machine, the outcome of the review."""
    waiting = (Enrolment.State.REVIEW, Enrolment.State.REJECTED)
    enrolment = Enrolment.objects.select_for_update().filter(pk=case.enrolment_id, state__in=waiting).first()
    if enrolment:
        close(enrolment, state, reasons=[dict(reason)])


def _new(
    account_id: int,
    kind: ReviewCase.Kind,
    about: ReviewCase.About,
    reasons: Sequence[Mapping[str, Any]],
    appeal_of: ReviewCase | None,
) -> ReviewCase | None:
    last = ReviewCase.objects.filter(account_id=account_id, about=about).order_by("-pk").first()
    # Who was let down once is not put at the end of the queue again.
    again = last is not None and last.outcome == Outcome.NOT_DECIDED
    try:
        with transaction.atomic():
            case = ReviewCase.objects.create(
                account_id=account_id,
                kind=kind,
                about=about,
                grounds=[dict(reason) for reason in reasons],
                deadline=timezone.now() + (settings.REVIEW_AGAIN_WITHIN if again else settings.REVIEW_WITHIN),
                appeal_of=appeal_of,
            )
    except IntegrityError:
        return None
    data = {"number": case.number, "kind": kind.value, "about": about.value}
    events.record("review.opened", account_id=account_id, subject_id=case.pk, data=data)
    told = data | {"until": case.deadline.isoformat()}
    tell(account_id=account_id, kind=AccountNotice.Kind.REVIEW_OPENED, subject_id=case.pk, data=told)
    return case


def _continue(case: ReviewCase, reasons: Sequence[Mapping[str, Any]]) -> None:
    if case.state == State.AWAITING_CAPTURE:
        # The person has done their part: the reviewer has the whole of the time again.
        case.deadline = max(case.deadline, timezone.now() + settings.REVIEW_WITHIN)
    case.state, case.capture_offered, case.reasons = State.OPEN, False, ""
    case.revision += 1
    known = {ground["code"] for ground in case.grounds}
    case.grounds = case.grounds + [dict(reason) for reason in reasons if reason["code"] not in known]


def _let_go_of_earlier_enrolment(case: ReviewCase, enrolment_id: int) -> None:
    if case.enrolment_id not in (None, enrolment_id):
        replaced = {"code": "captured_again", "sentence": "A newer capture of yours took the place of this one."}
        close_enrolment(case, Enrolment.State.EXPIRED, replaced)
