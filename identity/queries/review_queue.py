"""Reads of reviews by those who decide them. No codes, no names: scores, ages, credentials, and what was said."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from common.problems import NotFound, Problem
from identity.models import (
    Account,
    CaseCandidate,
    Credential,
    HeldCapture,
    Person,
    ReviewCase,
    ReviewDecision,
    Vouch,
    WorldIdNullifier,
    WorldIdProof,
)
from identity.models.review import NUMBER

MOST_SHOWN = 50
MOST_EARLIER = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an account without saying whose it is: when it began, and its live credentials as kind and level."""

    since: dt.datetime | None
    credentials: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CandidateShown:
    """Somebody near, by number. `capture` is the capture of the case that the distances were measured with."""

    number: int
    distance: float
    second_distance: float | None
    capture: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that a reviewer reads before deciding."""

    case: ReviewCase
    account: Standing
    candidates: tuple[CandidateShown, ...]
    candidates_in_all: int
    decisions: tuple[ReviewDecision, ...]
    earlier: tuple[ReviewCase, ...]
    held: HeldCapture | None
    yours: bool


def visible_to(reviewer_id: int) -> QuerySet[ReviewCase]:
    """Cases that this reviewer may have a part in: none about themselves, their likeness, their World ID, somebody they
    vouched for, or a refusal of their own.
    """
    own = Q(account=reviewer_id)
    resembles = Q(pk__in=CaseCandidate.objects.filter(person__account=reviewer_id).values("case"))
    refused = Q(appeal_of__in=ReviewDecision.objects.filter(reviewer=reviewer_id).values("case"))
    vouched = Q(account__in=Vouch.objects.filter(referee__account=reviewer_id).values("account"))
    held = WorldIdNullifier.objects.filter(account=reviewer_id).values("digest")
    claims = Q(
        about=ReviewCase.About.WORLD_ID, account__in=WorldIdProof.objects.filter(digest__in=held).values("account")
    )
    cases = ReviewCase.objects.exclude(own).exclude(resembles).exclude(vouched).exclude(claims)
    return cases.exclude(Q(appeal_of__isnull=False) & refused)


def queue(
    *, reviewer_id: int, state: str | None = None, cursor: str | None = None, limit: int = 20
) -> tuple[list[ReviewCase], str | None]:
    """The cases that wait for a decision, the earliest deadline first, and the cursor of the next page.

    With `state`, those in that state. Raises Problem for a state or cursor that there is not.
    """
    if state and state not in ReviewCase.State.values:
        raise Problem(f"state is one of {', '.join(ReviewCase.State.values)}.", field="state")
    waiting = (ReviewCase.State.OPEN, ReviewCase.State.AWAITING_SECOND_REVIEWER)
    cases = visible_to(reviewer_id).filter(state__in=[state] if state else waiting)
    cases = cases.select_related("appeal_of").order_by("deadline", "pk")
    if cursor:
        deadline, pk = _position(cursor)
        cases = cases.filter(Q(deadline__gt=deadline) | Q(deadline=deadline, pk__gt=pk))
    found = list(cases[: limit + 1])
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return shown, f"{int(last.deadline.timestamp() * 1e6)}.{last.pk}" if last else None


def case_for(*, reviewer_id: int, number: str) -> ReviewCase:
    """A case that this reviewer may have a part in. Raises NotFound."""
    cases = visible_to(reviewer_id).select_related("appeal_of", "enrolment")
    case = cases.filter(number=number).first() if NUMBER.fullmatch(number) else None
    if case is None:
        raise NotFound("There is no such case for you to review.", code="no_review")
    return case


def case_file(*, reviewer_id: int, number: str) -> CaseFile:
    """A case with everything that its decision may rest on. Raises NotFound."""
    case = case_for(reviewer_id=reviewer_id, number=number)
    near = CaseCandidate.objects.filter(case=case)
    shown = list(near.order_by("distance")[:MOST_SHOWN])
    accounts = dict(Person.objects.filter(pk__in=[each.person_id for each in shown]).values_list("pk", "account"))
    standings = _standings([case.account_id, *(account for account in accounts.values() if account)])
    nobody = Standing(None, ())
    candidates = tuple(
        CandidateShown(
            each.number,
            each.distance,
            each.second_distance,
            each.capture,
            standings.get(accounts[each.person_id] or 0, nobody),
        )
        for each in shown
    )
    decisions = tuple(ReviewDecision.objects.filter(case=case).select_related("reviewer").order_by("pk"))
    earlier = ReviewCase.objects.filter(account_id=case.account_id, pk__lt=case.pk).order_by("-pk")[:MOST_EARLIER]
    return CaseFile(
        case=case,
        account=standings[case.account_id],
        candidates=candidates,
        candidates_in_all=near.count(),
        decisions=decisions,
        earlier=tuple(earlier),
        held=HeldCapture.objects.filter(case=case, expires_at__gt=timezone.now()).first(),
        yours=_may_decide(case, decisions, reviewer_id),
    )


def _may_decide(case: ReviewCase, decisions: Iterable[ReviewDecision], reviewer_id: int) -> bool:
    if case.state == ReviewCase.State.OPEN:
        return True
    return case.state == ReviewCase.State.AWAITING_SECOND_REVIEWER and refused_by(decisions) != reviewer_id


def refused_by(decisions: Iterable[ReviewDecision]) -> int | None:
    """Who made the newest refusal among these decisions, oldest first."""
    refusals = [each.reviewer_id for each in decisions if each.outcome == ReviewDecision.Outcome.REFUSE]
    return refusals[-1] if refusals else None


def _standings(account_ids: Iterable[int]) -> dict[int, Standing]:
    joined = dict(Account.objects.filter(pk__in=list(account_ids)).values_list("pk", "date_joined"))
    held: dict[int, list[tuple[str, str]]] = {account_id: [] for account_id in joined}
    live = Credential.objects.filter(account__in=joined, ended_at=None, expires_at__gt=timezone.now())
    for account_id, kind, level in live.order_by("pk").values_list("account", "kind", "level"):
        held[account_id].append((kind, level))
    return {account_id: Standing(since, tuple(held[account_id])) for account_id, since in joined.items()}


def _position(cursor: str) -> tuple[dt.datetime, int]:
    microseconds, _, pk = cursor.partition(".")
    if not (microseconds.isdecimal() and pk.isdecimal() and len(microseconds) <= 16 and len(pk) <= 19):
        raise Problem("This is not a cursor that we gave.", field="cursor")
    try:
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=int(microseconds)), int(pk)
    except OverflowError as error:
        raise Problem("This is not a cursor that we gave.", field="cursor") from error
