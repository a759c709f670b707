"""Reads of demands for presence."""

from django.db.models import QuerySet

from identity.models import PresenceDemand


def demands_of(*, account_id: int) -> QuerySet[PresenceDemand]:
    """Every demand that was made of one account."""
    return PresenceDemand.objects.filter(account_id=account_id)


def asked_to_show_themselves() -> "QuerySet[PresenceDemand, int]":
    """Ids of the accounts with a demand that is not met yet, whether its time has passed or not; usable as a subquery."""
    return PresenceDemand.objects.filter(met_at=None).values_list("account_id", flat=True)
