"""Reads of recoveries: the account's own, and by the secret of whoever asked; and which accounts rest after too many."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from common.problems import NotFound
from identity.models import Enrolment, Recovery, ReviewCase
from identity.queries.enrolments import digest_of

# After the time to stop it, a recovery is completed within so long: a secret that lies about for ever is a spare key.
COMPLETE_WITHIN = timedelta(days=14)
MOST_STOPS = 3
STOPS_WITHIN = timedelta(days=30)
STOPPED_OFTEN = "recoveries_stopped"


def recoveries_of(*, account_id: int) -> QuerySet[Recovery]:
    """Every recovery that found one account's person."""
    return Recovery.objects.filter(account_id=account_id)


def own_recovery(*, recovery_id: int, secret: str) -> Recovery:
    """The recovery whose secret is shown. Raises NotFound, also for another's."""
    found = Recovery.objects.select_related("enrolment", "account").filter(pk=recovery_id)
    recovery = found.filter(secret_sha256=digest_of(secret)).first()
    if recovery is None:
        raise NotFound("You have no recovery with this id.", code="no_recovery")
    return recovery


def state_of(recovery: Recovery) -> str:
    """The state as whoever asked sees it: a capture that found nobody has lapsed before a sweep writes it down."""
    if recovery.state == Recovery.State.STARTED and recovery.enrolment.state not in Enrolment.OPEN:
        return Recovery.State.LAPSED.value
    late = recovery.revert_until is not None and recovery.revert_until < timezone.now() - COMPLETE_WITHIN
    if recovery.state == Recovery.State.MATCHED and late:
        return Recovery.State.LAPSED.value
    return str(recovery.state)


def stops_that_count(*, person_id: int, account_id: int) -> int:
    """How often recoveries of a person were stopped within 30 days, since a reviewer last let them go on."""
    since = timezone.now() - STOPS_WITHIN
    cleared = ReviewCase.objects.filter(
        account_id=account_id, outcome=ReviewCase.Outcome.ADMIT, grounds__contains=[{"code": STOPPED_OFTEN}]
    ).order_by("-decided_at")
    last = cleared.values_list("decided_at", flat=True).first()
    if last is not None:
        since = max(since, last)
    return Recovery.objects.filter(person=person_id, state=Recovery.State.STOPPED, ended_at__gt=since).count()


def frozen(*, person_id: int, account_id: int) -> bool:
    """Whether a person looks first, before there is another recovery."""
    return stops_that_count(person_id=person_id, account_id=account_id) >= MOST_STOPS
