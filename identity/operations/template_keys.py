"""What an operator does with key epochs. Each is safe to run twice, and two operators at once do it once."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from common import events
from common.problems import Conflict, NotFound, Problem
from identity.jobs.ask_to_renew import ask_holders
from identity.jobs.erase_codes import erase_epoch, erase_lapsed
from identity.jobs.locks import one_decision_at_a_time
from identity.jobs.rewrite_tables import rewrite
from identity.models import KeyEpoch
from identity.queries.hanging_codes import codes_on, has_codes
from identity.queries.readiness import face_engines
from identity.queries.template_keys import (
    FIRST,
    KeysDiffer,
    new_check_value,
    new_keys,
    proved_keys,
    root_of,
    root_secrets,
)

SHORTEST_NOTICE = dt.timedelta(days=1)
LONGEST_NOTICE = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Started:
    """`new` is False where the newest epoch has no codes yet, so that there was nothing to start."""

    number: int
    new: bool


@dataclass(frozen=True, slots=True)
class Retired:
    """`codes` still hang on the epoch, and it is retired once there is none; `asked` were asked to renew just now."""

    retired: bool
    codes: int
    asked: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Compromised:
    """`erased` templates; `rewritten` is whether the tables' files no longer hold what was deleted, either."""

    erased: int
    rewritten: bool


def start_epoch(*, by: str) -> Started:
    """Start the next epoch: from now on codes are made with its keys, and the older live ones are still searched.

    Raises Conflict when the root secret at hand is not the one of the live epochs.
    """
    engines = face_engines()
    with transaction.atomic():
        one_decision_at_a_time()
        try:
            proved_keys(engines)
            newest = KeyEpoch.objects.order_by("-number").first()
            unused = newest and newest.state == KeyEpoch.State.LIVE and not has_codes(newest.number)
            if newest and unused and root_of(newest, engines) is root_secrets()[0]:
                return Started(newest.number, new=False)
            number = newest.number + 1 if newest else FIRST
            KeyEpoch.objects.create(number=number, check_value=new_check_value(new_keys(number, engines)))
        except KeysDiffer as error:
            raise Conflict(str(error), code="root_secret_differs") from error
        _record("started", number, by)
    return Started(number, new=True)


def retire_epoch(
    *, number: int, by: str, renew_within: dt.timedelta | None = None, erase_lapsed_codes: bool = False
) -> Retired:
    """Retire an epoch that no code hangs on.

    With `renew_within`, those whose codes still hang on it are asked to renew: their credentials expire by then, and
    none ends now. With `erase_lapsed_codes`, the codes of people without a live face credential are erased first: such a
    person is new to the next check. Raises NotFound, Conflict while codes hang on it, and Problem.
    """
    if renew_within is not None and not SHORTEST_NOTICE <= renew_within <= LONGEST_NOTICE:
        limit = f"{SHORTEST_NOTICE.days} to {LONGEST_NOTICE.days} days"
        raise Problem(f"People have {limit} to renew.", field="renew_within", limit=limit)
    _require_another_to_move_to(number)
    erased = erase_lapsed(number) if erase_lapsed_codes else 0
    asked = ask_holders(number, deadline=timezone.now() + renew_within) if renew_within is not None else 0
    with transaction.atomic():
        one_decision_at_a_time()
        epoch = _locked(number)
        codes = codes_on(number)
        if epoch.state == KeyEpoch.State.LIVE and not codes:
            epoch.state, epoch.ended_at, epoch.emptied_at = KeyEpoch.State.RETIRED, timezone.now(), timezone.now()
            epoch.save()
            _record("retired", number, by)
        elif asked or erased:
            _record("renewal_asked", number, by, asked=asked, erased=erased)
    if codes and renew_within is None:
        raise Conflict(
            f"{codes} codes hang on key epoch {number}, {erased} were erased. Their people move to the newest epoch when"
            " they renew (--ask-to-renew DAYS sets them a time for it); those of an open review go with the decision.",
            code="codes_hang_on_it",
        )
    return Retired(retired=not codes, codes=codes, asked=asked, erased=erased)


def mark_compromised(*, number: int, by: str) -> Compromised:
    """Erase every code of an epoch whose key, or whose root secret, somebody else may have.

    From the first transaction on nobody is admitted until the last code is gone; each batch ends the credentials that
    rested on it. Where this is cut off, the sweep or the next call goes on. It needs no key. Raises NotFound.
    """
    with transaction.atomic():
        one_decision_at_a_time()
        epoch = _locked(number)
        if epoch.state != KeyEpoch.State.COMPROMISED:
            epoch.state, epoch.ended_at = KeyEpoch.State.COMPROMISED, epoch.ended_at or timezone.now()
            epoch.save()
            _record("compromised", number, by, codes=codes_on(number))
    erased = erase_epoch(number)
    # VACUUM runs outside of transactions alone; inside one the nightly rewriting does it.
    return Compromised(erased, rewritten=not connection.in_atomic_block and rewrite())


def _require_another_to_move_to(number: int) -> None:
    epoch = KeyEpoch.objects.filter(pk=number).first()
    if epoch is None:
        raise NotFound(f"There is no key epoch {number}.")
    if epoch.state == KeyEpoch.State.COMPROMISED:
        raise Conflict(f"Key epoch {number} is compromised: it is ended already.", code="epoch_compromised")
    newer = KeyEpoch.objects.filter(state=KeyEpoch.State.LIVE, number__gt=number)
    if epoch.state == KeyEpoch.State.LIVE and not newer.exists():
        raise Conflict(
            f"Key epoch {number} is the newest that is live: start another first, for people to move to.",
            code="newest_epoch",
        )


def _locked(number: int) -> KeyEpoch:
    epoch = KeyEpoch.objects.select_for_update().filter(pk=number).first()
    if epoch is None:
        raise NotFound(f"There is no key epoch {number}.")
    return epoch


def _record(what: str, number: int, by: str, **data: int) -> None:
    events.record(f"template_keys.{what}", subject_id=number, data={"by": by[:60], **data})
