"""Which consent is in force: of each account and purpose, the newest receipt speaks."""

from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery

from identity.models import Consent
from identity.queries.policies import Policy, policies

__all__ = ["Policy", "consented_accounts", "has_consent", "newest_receipts", "policies", "receipts_of"]


def newest_receipts(account_ids: Iterable[int], purpose: str) -> dict[int, Consent]:
    """The newest receipt of each account, given or withdrawn, in one query; accounts without one are left out."""
    receipts = Consent.objects.filter(account_id__in=list(account_ids), purpose=purpose)
    return {receipt.account_id: receipt for receipt in receipts.order_by("account_id", "-id").distinct("account_id")}


def has_consent(account_id: int, purpose: str) -> bool:
    """Whether the account's newest receipt of `purpose` gives consent."""
    receipt = newest_receipts([account_id], purpose).get(account_id)
    return receipt is not None and receipt.given


def consented_accounts(purpose: str) -> "QuerySet[Consent, int]":
    """Ids of the accounts that consent to `purpose` now; usable as a subquery."""
    newest = Consent.objects.filter(account=OuterRef("account"), purpose=purpose).order_by("-id").values("id")[:1]
    in_force = Consent.objects.filter(purpose=purpose, given=True, id=Subquery(newest), account__is_active=True)
    return in_force.values_list("account_id", flat=True)


def receipts_of(*, account_id: int) -> QuerySet[Consent]:
    """Every receipt of one account."""
    return Consent.objects.filter(account_id=account_id)
