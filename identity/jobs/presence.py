"""Marks demands for presence as met."""

from django.utils import timezone

from common import events
from identity.models import PresenceDemand


def note_presence(*, account_id: int, by: str) -> int:
    """The account's person was there just now, shown `by` "passkey" or "face"; gives the number of demands that this meets.

    Call it inside the transaction of what showed it.
    """
    open_demands = list(PresenceDemand.objects.select_for_update().filter(account_id=account_id, met_at=None))
    for demand in open_demands:
        demand.met_at, demand.met_by = timezone.now(), by
        demand.save(update_fields=["met_at", "met_by"])
        events.record("presence.met", account_id=account_id, subject_id=demand.pk, data={"by": by})
    return len(open_demands)
