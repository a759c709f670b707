"""Reads of demands for presence."""

from django.db.models import QuerySet

from identity.models import PresenceDemand


def demands_of(*, account_id: int) -> QuerySet[PresenceDemand]:
    """Every demand that was made of one account."""
    return PresenceDemand.objects.filter(account_id=account_id)
