"""The key epochs as an operator sees them."""

import datetime as dt
from dataclasses import dataclass

from identity.engines.ports import Engines
from identity.models import KeyEpoch
from identity.queries.hanging_codes import codes_on
from identity.queries.template_keys import KeysDiffer, root_of

WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class EpochRow:
    """`check` names the setting whose root secret gives the epoch's check value, or is "WRONG" where none does."""

    number: int
    state: str
    codes: int
    started_at: dt.datetime
    ended_at: dt.datetime | None
    check: str


def key_epochs(engines: Engines) -> list[EpochRow]:
    """Every epoch, newest first."""
    return [
        EpochRow(
            number=epoch.number,
            state=epoch.state,
            codes=codes_on(epoch.number),
            started_at=epoch.started_at,
            ended_at=epoch.ended_at,
            check=_check(epoch, engines),
        )
        for epoch in KeyEpoch.objects.order_by("-number")
    ]


def _check(epoch: KeyEpoch, engines: Engines) -> str:
    try:
        root = root_of(epoch, engines)
    except KeysDiffer as error:
        return f"{WRONG}: {error}"
    return root.source if root else WRONG
