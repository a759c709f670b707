"""Whether an account's own answer lets a camera be opened for it."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from common.problems import NotAllowed
from identity.models import AgeDeclaration

UNKNOWN, MET, TOO_YOUNG = "unknown", "met", "too_young"
# Of age for what reaches beyond this network, whatever a region's minimum for the camera is.
ADULT = 18


@dataclass(frozen=True, slots=True)
class Age:
    """`state` is "unknown", "met" or "too_young"; `ask_again_at` is when another answer is taken after "too_young".

    `adult` is whether the person has said to be 18 at least; below that, or unsaid, it is False.
    """

    state: str
    minimum_age: int
    region: str | None = None
    method: str | None = None
    at: dt.datetime | None = None
    ask_again_at: dt.datetime | None = None
    adult: bool = False


def minimum_age(region: str | None) -> int:
    """Completed years needed in a region, the general figure where it has none of its own or is not known."""
    own: dict[str, int] = settings.MINIMUM_AGES
    return own.get(region or "", settings.MINIMUM_AGE)


def age_of(account_id: int) -> Age:
    """What stands of the account's answers. One that met a lower minimum than today's is asked again."""
    newest = AgeDeclaration.objects.filter(account_id=account_id, set_aside_at=None).order_by("-id").first()
    if newest is None:
        return Age(UNKNOWN, minimum_age(None))
    needed = minimum_age(newest.region)
    state, again = MET, None
    if not newest.met:
        again = newest.at + settings.AGE_ASKED_AGAIN_AFTER
        state = TOO_YOUNG if again > timezone.now() else UNKNOWN
    elif newest.over < needed:
        state = UNKNOWN
    adult = newest.met and newest.over >= ADULT
    return Age(state, needed, newest.region, newest.method, newest.at, again if state == TOO_YOUNG else None, adult)


def adults() -> "QuerySet[AgeDeclaration, int]":
    """Ids of the accounts whose person has said to be 18 at least, in the newest answer that stands; usable as a subquery."""
    newer = AgeDeclaration.objects.filter(account=OuterRef("account"), set_aside_at=None, id__gt=OuterRef("id"))
    answers = AgeDeclaration.objects.filter(~Exists(newer), set_aside_at=None, met=True, over__gte=ADULT)
    return answers.values_list("account_id", flat=True)


def require_age(account_id: int, *, answered: bool) -> None:
    """Raises NotAllowed, code `too_young`, where the account has said that it is; and `age_required` where it must have
    `answered` and has not said that it is old enough.
    """
    age = age_of(account_id)
    if age.state == TOO_YOUNG:
        raise too_young(age)
    if answered and age.state != MET:
        where = f"{settings.PUBLIC_URL}/api/humankind/v1/age"
        raise NotAllowed(
            "Before a camera opens we ask how old you are: give your date of birth, which we do not keep, or say that"
            f" you are at least as old as your region asks (in general {settings.MINIMUM_AGE}): {where}",
            code="age_required",
            more={"age": where},
        )


def too_young(age: Age) -> NotAllowed:
    """The refusal of whoever said to be younger than their region asks."""
    again = f"{age.ask_again_at:%-d %B %Y}" if age.ask_again_at else "later"
    return NotAllowed(
        f"You said that you are younger than {age.minimum_age}, so no camera opens. We ask again on {again}; if your"
        " answer was a slip, write to the operators of this server.",
        code="too_young",
        limit=age.minimum_age,
        more={"ask_again_at": age.ask_again_at.isoformat() if age.ask_again_at else None},
    )
