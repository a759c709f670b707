"""What somebody whose capture was refused can do next."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from identity.engines.admission_policy import Policy, Requirement
from identity.engines.guidance import short_change
from identity.models import Enrolment
from identity.queries.personhood import admission_policy, not_offered

# From so many refusals within a day on, the camera may not be the right way for this person.
FAILURES = 3
WITHIN = timedelta(hours=24)
SENTENCES = {
    "referee": "Two referees who have met you can vouch for you, with no camera: register a passkey, then meet them.",
    "world_id": "A World ID verified at an Orb is taken in place of our own check.",
}


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A way in without our check of a face, with the same rights; `kind` is the credential's."""

    kind: str
    sentence: str

    def shown(self) -> dict[str, str]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Retry:
    """`attempts_left` in this hour, None where no account is counted; `change` short and in full, first to do first."""

    attempts_left: int | None
    change: tuple[dict[str, Any], ...]
    other_ways: tuple[OtherWay, ...]


def other_ways() -> tuple[OtherWay, ...]:
    """The ways in without a face that the admission policy of this server has."""
    offered = [kind for kind in _kinds(admission_policy()) if kind not in not_offered()]
    return tuple(OtherWay(kind, SENTENCES[kind]) for kind in offered if kind in SENTENCES)


def retry_of(enrolment: Enrolment) -> Retry | None:
    """What to do after this capture; None unless it was refused or ran out of time."""
    if enrolment.state not in (Enrolment.State.REJECTED, Enrolment.State.EXPIRED):
        return None
    now = timezone.now()
    left: int | None = None
    ways: tuple[OtherWay, ...] = ()
    if enrolment.account_id is not None:
        mine = Enrolment.objects.filter(account_id=enrolment.account_id)
        opened = mine.filter(opened_at__gt=now - timedelta(hours=1)).count()
        left = max(0, settings.ENROLMENTS_PER_HOUR - opened)
        failed = mine.filter(state=Enrolment.State.REJECTED, decided_at__gt=now - WITHIN, pk__lte=enrolment.pk)
        if failed.count() >= FAILURES:
            ways = other_ways()
    change = tuple(
        {"code": reason["code"], "short": short, "spoken": reason["sentence"]}
        for reason in enrolment.reasons
        if (short := short_change(reason["code"]))
    )
    return Retry(left, change, ways)


def _kinds(policy: Policy) -> Iterator[str]:
    if isinstance(policy, Requirement):
        yield policy.kind
        return
    for part in policy.parts:
        yield from _kinds(part)
