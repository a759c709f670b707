"""The age gate: asked before the first capture, answered by the person, kept as yes or no."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from common import events, rate_limits
from common.problems import NotFound, Problem, TooMany
from identity.engines.age import OLDEST, REGIONS, age_on
from identity.models import Account, AgeDeclaration
from identity.queries.age import ADULT, MET, TOO_YOUNG, Age, age_of, minimum_age, too_young

ANSWERS_AN_HOUR = 20


def declare_age(*, account_id: int, region: str, date_of_birth: dt.date | None = None, over: int | None = None) -> Age:
    """Take the answer, and keep of it only whether the region's minimum is met, and whether the person is an adult.

    `over` is "I am at least so old", 0 for "no".

    A person who is old enough already stays so until they say otherwise. After "too young" no other answer is taken
    until `ask_again_at`, or until an operator sets it aside. Raises Problem for an answer that is none, NotAllowed
    (code `too_young`) for another answer before its time, TooMany past 20 answers in an hour.
    """
    region = region.upper()
    if region not in REGIONS:
        raise Problem(
            "A region is the two letters of a country in ISO 3166-1, such as DE or US.", field="region", limit=2
        )
    if rate_limits.spend("age", who=f"account:{account_id}", limit=ANSWERS_AN_HOUR, minutes=60).exceeded:
        raise TooMany(
            f"An account may answer {ANSWERS_AN_HOUR} times in an hour.",
            limit=ANSWERS_AN_HOUR,
            more={"retry_after": 3600},
        )
    needed = minimum_age(region)
    if (date_of_birth is None) == (over is None):
        raise Problem("Give either date_of_birth or over, one of the two.", field="over", limit=needed)
    if date_of_birth is not None:
        method, age = AgeDeclaration.Method.DATE_OF_BIRTH, _age(date_of_birth)
    else:
        method, age = AgeDeclaration.Method.OVER, over or 0
    with transaction.atomic():
        # Two answers at the same instant would else both be taken.
        Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        known = age_of(account_id)
        met = age >= needed
        if known.state == TOO_YOUNG:
            if met:
                raise too_young(known)
            return known
        adult = age >= ADULT
        # Somebody who has come of age says so anew; nobody becomes a minor by a smaller answer that is true as well.
        if known.state == MET and met and known.region == region and known.adult >= adult:
            return known
        over = max(needed, ADULT) if adult else needed
        row = AgeDeclaration.objects.create(account_id=account_id, region=region, over=over, met=met, method=method)
        data = {"met": met, "region": region, "adult": met and over >= ADULT}
        events.record("age.declared", account_id=account_id, subject_id=row.pk, data=data)
        return age_of(account_id)


def set_age_aside(*, username: str) -> int:
    """Let a person who slipped answer again, as an operator does from a shell; gives the number of answers set aside.

    Raises NotFound when there is no such account, or when it gave no answer that keeps it waiting.
    """
    account = Account.objects.filter(username__iexact=username).first()
    if account is None:
        raise NotFound("There is no such account.")
    with transaction.atomic():
        waiting = AgeDeclaration.objects.filter(account=account, met=False, set_aside_at=None)
        changed = waiting.update(set_aside_at=timezone.now())
        if not changed:
            raise NotFound("This account gave no answer that keeps it waiting.")
        events.record("age.set_aside", account_id=account.pk, subject_id=account.pk)
    return changed


def _age(born: dt.date) -> int:
    years = age_on(timezone.now().date(), born=born)
    if not 0 <= years <= OLDEST:
        # A slip of the finger is no answer, and so keeps nobody waiting.
        raise Problem(
            f"A date of birth lies in the past, at most {OLDEST} years ago.", field="date_of_birth", limit=OLDEST
        )
    return years
