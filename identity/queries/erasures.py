"""Reads of erasure receipts: a person sees their own."""

from django.db.models import QuerySet

from common.problems import NotFound
from identity.models import ErasureReceipt


def erasures_of(*, account_id: int) -> QuerySet[ErasureReceipt]:
    """Every erasure receipt of one account."""
    return ErasureReceipt.objects.filter(account_id=account_id)


def newest_erasure(*, account_id: int) -> ErasureReceipt | None:
    """The newest receipt, None without any."""
    return erasures_of(account_id=account_id).order_by("-id").first()


def own_erasure(*, account_id: int, erasure_id: int) -> ErasureReceipt:
    """One of the account's own receipts. Raises NotFound, also for somebody else's."""
    found = erasures_of(account_id=account_id).filter(pk=erasure_id).first()
    if found is None:
        raise NotFound("You have no erasure receipt with this id.", code="no_receipt")
    return found
