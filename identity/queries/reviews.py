"""Reads of reviews by the person whom they are about: their own, and of somebody else's not even that it exists."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from common.problems import NotFound
from identity.models import HeldCapture, HeldCaptureView, ReviewCase
from identity.models.review import NUMBER

MOST_VIEWS = 200


@dataclass(frozen=True, slots=True)
class FrameSeen:
    """That a reviewer looked at a held frame. `reviewer` is a number within the case: a name could be hounded."""

    at: dt.datetime
    reviewer: str
    frame: int


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A case as its person sees it; `held` while pictures of theirs are held."""

    case: ReviewCase
    next_step: str
    held: HeldCapture | None
    seen: tuple[FrameSeen, ...]


def cases_of(*, account_id: int) -> QuerySet[ReviewCase]:
    """Every case about the account."""
    return ReviewCase.objects.filter(account_id=account_id).select_related("appeal_of")


def own_case(*, account_id: int, number: str) -> ReviewCase:
    """The account's own case. Raises NotFound, also for somebody else's."""
    known = NUMBER.fullmatch(number)
    case = cases_of(account_id=account_id).filter(number=number).first() if known else None
    if case is None:
        raise NotFound("You have no review with this number.", code="no_review")
    return case


def followed_case(*, account_id: int, number: str) -> OwnReview:
    """The account's own case with what is held for it and who looked. Raises NotFound."""
    case = own_case(account_id=account_id, number=number)
    held = HeldCapture.objects.filter(case=case, expires_at__gt=timezone.now()).first()
    return OwnReview(case, next_step(case), held, _seen(case))


def case_of_enrolment(enrolment_id: int) -> ReviewCase | None:
    """The case that an enrolment led to."""
    return ReviewCase.objects.filter(enrolment_id=enrolment_id).order_by("-pk").first()


def case_in_the_way(account_id: int) -> ReviewCase | None:
    """The undecided case of the account's face that waits for a person, and for no new capture."""
    waiting = (ReviewCase.State.OPEN, ReviewCase.State.AWAITING_SECOND_REVIEWER)
    cases = cases_of(account_id=account_id).filter(about=ReviewCase.About.FACE, capture_offered=False)
    return cases.filter(state__in=waiting).first()


def next_step(case: ReviewCase) -> str:
    """What happens next, in a sentence for the person."""
    by = f"{case.deadline:%d %B %Y}"
    lapse = "If nobody has by then, nothing is refused, and you may ask again at once."
    match case.state:
        case ReviewCase.State.OPEN:
            return f"A person looks at your case and decides by {by}. {lapse}"
        case ReviewCase.State.AWAITING_CAPTURE:
            return f"Open a new enrolment by {by}: the reviewer needs a new capture of your face to decide."
        case ReviewCase.State.AWAITING_SECOND_REVIEWER:
            return f"A second person looks at your case, since nobody is refused by one person alone, by {by}. {lapse}"
        case ReviewCase.State.LAPSED:
            return "You may open a new enrolment."
    if case.outcome == ReviewCase.Outcome.REFUSE:
        until = case.appealable_until
        if until and until > timezone.now():
            return f"You may appeal until {until:%d %B %Y}: people who had no part in this decision then decide anew."
        return "This decision stands."
    if case.outcome == ReviewCase.Outcome.WITHDRAWN:
        return "You may open a new enrolment, once you consent to the check."
    return "Nothing more is needed."


def _seen(case: ReviewCase) -> tuple[FrameSeen, ...]:
    views = list(HeldCaptureView.objects.filter(case=case).order_by("pk")[:MOST_VIEWS])
    numbers = {reviewer: number for number, reviewer in enumerate(dict.fromkeys(view.reviewer_id for view in views), 1)}
    return tuple(FrameSeen(view.at, f"reviewer {numbers[view.reviewer_id]}", view.frame) for view in views)
