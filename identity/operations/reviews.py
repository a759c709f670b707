"""What a person does about a review of theirs: speak, offer a capture to be held, end it, appeal."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common import events
from common.problems import Conflict, NotAllowed, Problem
from identity.jobs.review_cases import end_review_of_face, open_case
from identity.models import Account, ReviewCase
from identity.models.review import LONGEST_STATEMENT
from identity.queries.consents import has_consent
from identity.queries.reviews import own_case

MOST_STATEMENTS = 5
MOST_CAPTURES = 5
APPEALED = {"code": "appealed", "sentence": "You appealed against the refusal."}


def make_statement(*, account_id: int, number: str, text: str) -> ReviewCase:
    """Put the person's own words before the reviewer; new words take the place of earlier ones.

    Raises NotFound, Conflict once the case is decided, Problem for a text that is empty or too long.
    """
    text = _bounded(text)
    with transaction.atomic():
        case = _locked(account_id, number)
        if case.statement == text:
            return case
        _require_undecided(case)
        if case.statements >= MOST_STATEMENTS:
            raise Conflict(
                f"You have changed your statement {MOST_STATEMENTS} times: the reviewer reads the last one.",
                code="statements_used_up",
                limit=MOST_STATEMENTS,
            )
        case.statement = text
        case.statements += 1
        case.revision += 1
        case.save(update_fields=["statement", "statements", "revision"])
        events.record("review.statement", account_id=account_id, subject_id=case.pk, data={"number": number})
    return case


def offer_capture(*, account_id: int, number: str) -> ReviewCase:
    """Let the person capture once more, for pictures to be held for the reviewer; asking twice is the same as once.

    Frames of the first capture are gone with its decision unless the consent was there before. Raises NotFound,
    NotAllowed without consent to `review_hold`, Conflict where no capture can follow.
    """
    with transaction.atomic():
        case = _locked(account_id, number)
        if not has_consent(account_id, "review_hold"):
            raise NotAllowed(
                "To hold pictures of you for the reviewer we need your consent: read the policy of review_hold and consent to it.",
                code="consent_required",
                more={"policies": f"{settings.PUBLIC_URL}/api/humankind/v1/policies"},
            )
        _require_undecided(case)
        if not case.about_a_face:
            raise Conflict("This case is not about a face: pictures would say nothing.", code="not_about_a_face")
        if case.capture_offered or case.state == ReviewCase.State.AWAITING_CAPTURE:
            return case
        if case.captures >= MOST_CAPTURES:
            raise Conflict(
                f"This case has had {MOST_CAPTURES} captures already.", code="captures_used_up", limit=MOST_CAPTURES
            )
        case.capture_offered = True
        case.save(update_fields=["capture_offered"])
    return case


def end_own_case(*, account_id: int, number: str) -> ReviewCase:
    """End the review at the person's wish, with everything kept for it; ending what is decided changes nothing.

    Raises NotFound, and NotAllowed for a case about somebody's word for the person, which is not theirs to end.
    """
    with transaction.atomic():
        case = _locked(account_id, number)
        if case.undecided:
            if not case.about_a_face:
                raise NotAllowed("Only the reviewers can end this case.", code="not_yours_to_end")
            end_review_of_face(account_id=account_id)
    case.refresh_from_db()
    return case


def appeal(*, account_id: int, number: str, text: str) -> ReviewCase:
    """Open an appeal against a refusal, once, with the person's words; a retry gets the appeal that is open.

    It is decided by people who had no part in the refusal, on a new capture: the codes of the first are gone.
    Raises NotFound, Conflict for anything but a refusal within its time, or while another review is open.
    """
    text = _bounded(text)
    with transaction.atomic():
        refused = _locked(account_id, number)
        earlier = refused.appeals.exclude(state=ReviewCase.State.LAPSED)
        standing = earlier.exclude(outcome=ReviewCase.Outcome.WITHDRAWN).first()
        if standing is not None:
            if standing.undecided:
                return standing
            raise Conflict("This refusal was appealed already, and decided anew.", code="appealed")
        until = refused.appealable_until
        if until is None:
            raise Conflict("Only the refusal of a review can be appealed, and once.", code="not_appealable")
        if until < timezone.now():
            raise Conflict(
                f"A refusal can be appealed for {settings.APPEAL_WITHIN.days} days.",
                code="appeal_too_late",
                limit=settings.APPEAL_WITHIN.days,
            )
        undecided = ReviewCase.objects.filter(account_id=account_id, state__in=ReviewCase.UNDECIDED)
        if undecided.filter(about=refused.about).exists():
            raise Conflict("Another review of yours is open: it comes first.", code="review_open")
        case = open_case(account_id=account_id, kind=ReviewCase.Kind.APPEAL, reasons=[APPEALED], appeal_of=refused)
        if case.appeal_of_id != refused.pk:
            raise Conflict("Another review of yours was opened at this moment: it comes first.", code="review_open")
        case.statement, case.statements = text, 1
        if case.about_a_face:
            case.state = ReviewCase.State.AWAITING_CAPTURE
        case.save()
    return case


def _locked(account_id: int, number: str) -> ReviewCase:
    # The account's lock comes first everywhere, so that a decision, a withdrawal and an appeal wait for each other.
    Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
    found = own_case(account_id=account_id, number=number)
    return ReviewCase.objects.select_for_update().get(pk=found.pk)


def _require_undecided(case: ReviewCase) -> None:
    if not case.undecided:
        raise Conflict("This case is decided: it takes nothing more.", code="review_decided")


def _bounded(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_STATEMENT:
        raise Problem(f"A statement has 1 to {LONGEST_STATEMENT:,} characters.", field="text", limit=LONGEST_STATEMENT)
    return text
