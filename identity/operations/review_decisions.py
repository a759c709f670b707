"""What a reviewer does: look at held pictures, and decide. Only reviewers may, and none where they are a party."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from common import events
from common.problems import Conflict, NotAllowed, NotFound, Problem
from identity.engines.root_secret import RootSecretUnavailable
from identity.jobs.held_captures import show_frame
from identity.jobs.locks import one_decision_at_a_time
from identity.jobs.review_outcomes import (
    admit_case,
    ask_for_capture,
    await_second_reviewer,
    refuse_case,
    return_case,
)
from identity.models import Account, ReviewCase, ReviewDecision
from identity.models.review import LONGEST_REASONS
from identity.operations.reviewers import require_reviewer
from identity.queries.review_queue import case_for, refused_by, visible_to
from identity.queries.template_keys import KeysDiffer

Outcome = ReviewDecision.Outcome
SHORTEST_REASONS = 10
MOST_FRAMES = 100
ADMITS = (Outcome.ADMIT, Outcome.ADMIT_AS_SIBLING)
SECOND = (Outcome.CONFIRM_REFUSAL, Outcome.RETURN_TO_REVIEW)


def view_held_frame(*, reviewer_id: int, number: str, frame: int) -> bytes:
    """One held picture, JPEG. The look is logged before the picture is given, and the person can read that log.

    Raises NotAllowed without the role, NotFound for a case or picture that is not, or no longer, there, Problem (503) while
    the root secret cannot be had.
    """
    require_reviewer(account_id=reviewer_id)
    if frame > MOST_FRAMES:
        raise NotFound("No such picture is held.", code="no_frame")
    with transaction.atomic():
        case = case_for(reviewer_id=reviewer_id, number=number)
        try:
            picture = show_frame(case=case, number=frame, reviewer_id=reviewer_id) if case.undecided else None
        except (KeysDiffer, RootSecretUnavailable) as error:
            sentence = "The pictures cannot be opened at the moment; the operators have been told."
            raise Problem(sentence, code="check_unavailable", status=503) from error
    if picture is None:
        raise NotFound("No such picture is held.", code="no_frame")
    return picture


def decide_case(
    *, reviewer_id: int, number: str, outcome: str, reasons: str, revision: int, siblings: Sequence[int] = ()
) -> ReviewCase:
    """Decide a case as it was at `revision`; a retry of the same decision changes nothing.

    A refusal waits for another reviewer, who confirms it or returns the case. `siblings` are numbers of candidates.
    Raises NotAllowed without the role, NotFound, Problem for a decision that makes no sense, and Conflict when the case
    has changed since, is decided, or somebody is near whom nobody has judged yet.
    """
    require_reviewer(account_id=reviewer_id)
    wanted = _checked(outcome, reasons, siblings)
    reasons = reasons.strip()
    with transaction.atomic():
        if wanted in ADMITS:
            one_decision_at_a_time()
        case = _locked(reviewer_id, number)
        made = list(ReviewDecision.objects.filter(case=case).order_by("pk"))
        if made and _is_the_same(made[-1], reviewer_id, wanted, reasons, revision):
            return case
        _check_state(case, wanted, revision)
        done = _carry_out(case, wanted, reasons, reviewer_id, made, siblings)
        if done:
            ReviewDecision.objects.create(
                case=case, reviewer_id=reviewer_id, outcome=wanted, reasons=reasons, revision=revision
            )
            data = {"number": case.number, "outcome": wanted.value}
            events.record("review.judged", account_id=reviewer_id, subject_id=case.pk, data=data)
    if not done:
        # Only now, so that what was found stays in the case.
        raise Conflict(
            "Somebody is close to this face whom you have not seen: they are in the case now, look at it again.",
            code="new_candidate",
        )
    return case


def _carry_out(
    case: ReviewCase,
    outcome: ReviewDecision.Outcome,
    reasons: str,
    reviewer_id: int,
    made: Sequence[ReviewDecision],
    siblings: Sequence[int],
) -> bool:
    match outcome:
        case Outcome.ADMIT | Outcome.ADMIT_AS_SIBLING:
            if unknown := set(siblings) - set(case.candidates.values_list("number", flat=True)):
                raise Problem(f"The case has no candidate {min(unknown)}.", field="siblings")
            return admit_case(case, siblings=siblings, reasons=reasons)
        case Outcome.BETTER_CAPTURE:
            if not case.about_a_face:
                raise Problem("This case is not about a face: no capture would help.", field="outcome")
            ask_for_capture(case, reasons=reasons)
        case Outcome.REFUSE:
            await_second_reviewer(case)
        case Outcome.CONFIRM_REFUSAL | Outcome.RETURN_TO_REVIEW:
            if refused_by(made) == reviewer_id:
                raise NotAllowed(
                    "Another reviewer than the one who refused must do this.", code="second_reviewer_needed"
                )
            if outcome == Outcome.CONFIRM_REFUSAL:
                first = next(each for each in reversed(made) if each.outcome == Outcome.REFUSE)
                refuse_case(case, reasons=f"{first.reasons}\n\n{reasons}")
            else:
                return_case(case)
    return True


def _locked(reviewer_id: int, number: str) -> ReviewCase:
    case = case_for(reviewer_id=reviewer_id, number=number)
    Account.objects.select_for_update(no_key=True).get(pk=case.account_id)
    # Seen again under the lock: meanwhile the reviewer may have become a party.
    locked = visible_to(reviewer_id).select_for_update(of=("self",)).filter(pk=case.pk).first()
    if locked is None:
        raise NotFound("There is no such case for you to review.", code="no_review")
    return locked


def _check_state(case: ReviewCase, outcome: ReviewDecision.Outcome, revision: int) -> None:
    if not case.undecided:
        raise Conflict("This case is decided.", code="review_decided")
    if case.deadline <= timezone.now():
        raise Conflict(
            "The deadline of this case has passed: nothing can be decided against the person.", code="lapsed"
        )
    if case.revision != revision:
        raise Conflict("The case has changed since you looked at it: read it again.", code="case_changed")
    if case.state == ReviewCase.State.AWAITING_CAPTURE:
        raise Conflict("The case waits for a new capture of the person.", code="awaiting_capture")
    if (case.state == ReviewCase.State.AWAITING_SECOND_REVIEWER) != (outcome in SECOND):
        if outcome in SECOND:
            raise Conflict("Nobody has refused: there is nothing to confirm.", code="not_refused")
        raise Conflict("A refusal waits to be confirmed or returned.", code="awaiting_second_reviewer")


def _checked(outcome: str, reasons: str, siblings: Sequence[int]) -> ReviewDecision.Outcome:
    if outcome not in Outcome.values:
        raise Problem(f"outcome is one of {', '.join(Outcome.values)}.", field="outcome")
    if not SHORTEST_REASONS <= len(reasons.strip()) <= LONGEST_REASONS:
        raise Problem(
            f"Reasons, in words that the person reads, have {SHORTEST_REASONS} to {LONGEST_REASONS:,} characters.",
            field="reasons",
            limit=LONGEST_REASONS,
        )
    if (outcome == Outcome.ADMIT_AS_SIBLING) != bool(siblings):
        raise Problem(
            "Name the candidates who are siblings or twins with admit_as_sibling, and only then.", field="siblings"
        )
    return Outcome(outcome)


def _is_the_same(
    made: ReviewDecision, reviewer_id: int, outcome: ReviewDecision.Outcome, reasons: str, revision: int
) -> bool:
    return (made.reviewer_id, made.outcome, made.reasons, made.revision) == (reviewer_id, outcome, reasons, revision)
