"""What other apps may learn of who is a unique living human."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils import timezone

from common.problems import NotAllowed
from identity.engines.admission_policy import Held, Policy, Requirement, Several, parse
from identity.models import Credential, PresenceDemand

NONE = "none"
# Strongest first.
STRENGTH = (
    Credential.Level.UNIQUE,
    Credential.Level.SIMULATED,
    Credential.Level.PRESENT,
    Credential.Level.UNCHECKED,
)
UNCHECKED = Requirement(kind=Credential.Kind.UNCHECKED, level=Credential.Level.UNCHECKED, newer_than=None)


@dataclass(frozen=True, slots=True)
class Personhood:
    """`level` is "unique", "simulated", "present", "unchecked" or "none"; `method` says how it was shown, with its version.

    `admitted` is whether the account may write: its credentials meet the admission policy, and no demand for presence
    is overdue (`presence_overdue`).
    """

    level: str = NONE
    method: str = ""
    since: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    admitted: bool = False
    presence_overdue: bool = False


class _Live(NamedTuple):
    """What is read of a live credential; `overdue` is whether its account missed a demand for presence."""

    account_id: int
    kind: str
    level: str
    method: str
    issued_at: dt.datetime
    expires_at: dt.datetime
    overdue: bool


def personhood_of(account_ids: Iterable[int]) -> dict[int, Personhood]:
    """What the live credentials of each account say, in one query; every id asked for is in the answer."""
    now, rule = timezone.now(), admission_policy()
    found = {account_id: Personhood() for account_id in account_ids}
    overdue = PresenceDemand.objects.filter(account=OuterRef("account"), met_at=None, deadline__lt=now)
    live = Credential.objects.filter(
        account_id__in=list(found), account__is_active=True, ended_at=None, expires_at__gt=now
    ).annotate(overdue=Exists(overdue))
    held: dict[int, list[_Live]] = {}
    late: set[int] = set()
    for credential in map(_Live._make, live.values_list(*_Live._fields)):
        held.setdefault(credential.account_id, []).append(credential)
        if credential.overdue:
            late.add(credential.account_id)
    for account_id, credentials in held.items():
        # The strongest speaks for the account, and of two equal ones the one that lasts longer.
        best = min(credentials, key=lambda each: (STRENGTH.index(each.level), -each.expires_at.timestamp()))
        met = rule.met([Held(each.kind, each.level, each.issued_at) for each in credentials], now)
        found[account_id] = Personhood(
            level=best.level,
            method=best.method,
            since=best.issued_at,
            expires_at=best.expires_at,
            admitted=met and account_id not in late,
            presence_overdue=account_id in late,
        )
    return found


def lapsed_since(moment: dt.datetime) -> set[int]:
    """Accounts for which `personhood_of` may say something else than at `moment` by the clock alone, without an event."""
    now = timezone.now()
    ran_out = Credential.objects.filter(expires_at__gt=moment, expires_at__lte=now, ended_at=None)
    asked = PresenceDemand.objects.filter(met_at=None, deadline__gte=moment, deadline__lt=now)
    found = set(ran_out.values_list("account_id", flat=True)) | set(asked.values_list("account_id", flat=True))
    for age in admission_policy().ages():
        aged = Credential.objects.filter(issued_at__gte=moment - age, issued_at__lte=now - age, ended_at=None)
        found.update(aged.values_list("account_id", flat=True))
    return {account_id for account_id in found if account_id is not None}


def personhood_version(account: str) -> Any:
    """A column that is another whenever `personhood_of` would show something else; `account` names the account's column.

    A credential never changes but by its end, so their ids are enough.
    """
    live = Credential.objects.filter(account_id=OuterRef(account), ended_at=None, expires_at__gt=Now()).order_by("pk")
    return ArraySubquery(live.values("pk"))


def admission_policy() -> Policy:
    """The policy of `settings.ADMISSION_POLICY`. Raises PolicyInvalid.

    What was let in unchecked counts only where `settings.ADMIT_ON_REGISTRATION` is on, whatever rows there are.
    """
    policy = parse(settings.ADMISSION_POLICY)
    return Several((policy, UNCHECKED), every=False) if settings.ADMIT_ON_REGISTRATION else policy


def not_offered() -> tuple[str, ...]:
    """Kinds of credential that this server's operator has not set up."""
    return () if settings.WORLD_ID_APP_ID else ("world_id",)


def needs_in_words() -> str:
    """What lets an account write here: "one of: a check of your face; two referees who have met you"."""
    return admission_policy().words(without=not_offered())


def require_admitted(account_id: int) -> None:
    """Raises NotAllowed when the account may not write: `personhood_required`, or `presence_required` past a demand.

    Lets everybody through where `settings.PERSONHOOD_GATE` is off, which only a development machine may have.
    """
    if not settings.PERSONHOOD_GATE:
        return
    personhood = personhood_of([account_id])[account_id]
    if personhood.admitted:
        return
    base = f"{settings.PUBLIC_URL}/api/humankind/v1"
    if personhood.presence_overdue:
        raise NotAllowed(
            "You were asked to show that you are there, and the time for it has passed: use a passkey or show your face.",
            code="presence_required",
            more={"presence": f"{base}/presence"},
        )
    where = f"{base}/enrolments"
    needs = needs_in_words()
    if expired := _newest_expired(account_id):
        how = (
            "show your face again with purpose=renewal" if expired.kind == Credential.Kind.FACE else f"you need {needs}"
        )
        raise NotAllowed(
            f"What showed that you are one living human was valid until {expired.expires_at:%d %B %Y}: you can read, and"
            f" write again once it is renewed. To renew it, {how}: {where}",
            code="personhood_expired",
            more={"enrol": where, "needs": needs, "expired_at": expired.expires_at.isoformat()},
        )
    raise NotAllowed(
        "Only accounts of people who have shown that they are one living human can do this."
        f" You need {needs}. You can show your face in a few minutes: {where}",
        code="personhood_required",
        more={"enrol": where, "needs": needs},
    )


def _newest_expired(account_id: int) -> Credential | None:
    """The credential that ran out last, None where one was ended before its time instead."""
    newest = (
        Credential.objects.filter(account_id=account_id, level=Credential.Level.UNIQUE).order_by("-expires_at").first()
    )
    expired = newest is not None and newest.ended_at is None and newest.expires_at <= timezone.now()
    return newest if expired else None
