"""What other apps may learn of who is a unique living human."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from common.problems import NotAllowed
from identity.models import Credential

NONE = "none"
# Strongest first. The levels that let an account write.
STRENGTH = (Credential.Level.UNIQUE, Credential.Level.SIMULATED, Credential.Level.PRESENT)
ADMITTING = frozenset({Credential.Level.UNIQUE, Credential.Level.SIMULATED})


@dataclass(frozen=True, slots=True)
class Personhood:
    """`level` is "unique", "simulated", "present" or "none"; `method` says how it was shown, with its version."""

    level: str = NONE
    method: str = ""
    since: dt.datetime | None = None
    expires_at: dt.datetime | None = None

    @property
    def admitted(self) -> bool:
        """Whether the account may write."""
        return self.level in ADMITTING


def personhood_of(account_ids: Iterable[int]) -> dict[int, Personhood]:
    """The strongest live credential of each account, in one query; every id asked for is in the answer."""
    found = {account_id: Personhood() for account_id in account_ids}
    live = Credential.objects.filter(
        account_id__in=list(found), account__is_active=True, ended_at=None, expires_at__gt=timezone.now()
    ).order_by("-expires_at")
    for credential in live:
        level = Credential.Level(credential.level)
        known = found[credential.account_id]
        if known.level == NONE or STRENGTH.index(level) < STRENGTH.index(Credential.Level(known.level)):
            found[credential.account_id] = Personhood(
                level=level.value,
                method=credential.method,
                since=credential.issued_at,
                expires_at=credential.expires_at,
            )
    return found


def require_admitted(account_id: int) -> None:
    """Raises NotAllowed (code `personhood_required`) when the account has not been found to be one living human.

    Lets everybody through where `settings.PERSONHOOD_GATE` is off, which only a development machine may have.
    """
    if not settings.PERSONHOOD_GATE or personhood_of([account_id])[account_id].admitted:
        return
    where = f"{settings.PUBLIC_URL}/api/humankind/v1/enrolments"
    raise NotAllowed(
        "Only accounts of people who have shown that they are one living human can do this."
        f" You can show it in a few minutes: {where}",
        code="personhood_required",
        more={"enrol": where},
    )
