"""Which consent is in force: of each account and purpose, the newest receipt speaks."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from identity.models import Consent
from identity.queries.policies import Policy, policies, policy_of

__all__ = [
    "Policy",
    "agreed",
    "consented_accounts",
    "covers_new",
    "has_consent",
    "newest_receipts",
    "policies",
    "purposes_of",
    "receipts_in_force",
    "receipts_of",
]


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account has said of one purpose: `given` now or not, to which version, and whether it is asked again.

    `title` and `about` say in plain words what it is; `missing` are the consents that it has no effect without.
    """

    purpose: str
    title: str
    about: str
    given: bool
    policy_version: str | None
    newest_version: str
    asks_again: bool
    requires: tuple[str, ...]
    missing: tuple[str, ...]


def newest_receipts(account_ids: Iterable[int], purpose: str) -> dict[int, Consent]:
    """The newest receipt of each account, given or withdrawn, in one query; accounts without one are left out."""
    receipts = Consent.objects.filter(account_id__in=list(account_ids), purpose=purpose)
    return {receipt.account_id: receipt for receipt in receipts.order_by("account_id", "-id").distinct("account_id")}


def receipts_in_force(purpose: str) -> QuerySet[Consent]:
    """The receipts that consent to `purpose` now, one of each account that does; whether it was closed is not asked."""
    newer = Consent.objects.filter(account=OuterRef("account"), purpose=purpose, id__gt=OuterRef("id"))
    return Consent.objects.filter(~Exists(newer), purpose=purpose, given=True)


def has_consent(account_id: int, purpose: str) -> bool:
    """Whether the account's newest receipt of `purpose` gives consent."""
    receipt = newest_receipts([account_id], purpose).get(account_id)
    return receipt is not None and receipt.given


def covers_new(account_id: int, purpose: str) -> bool:
    """Whether consent is in force, to a text that covers all that is done today: to be asked before anything new begins."""
    receipt, policy = newest_receipts([account_id], purpose).get(account_id), policy_of(purpose)
    return bool(receipt and receipt.given and policy and not policy.asks_again(receipt.policy_version))


def purposes_of(account_id: int) -> list[Standing]:
    """Where the account stands with every purpose, in one query."""
    receipts = Consent.objects.filter(account_id=account_id).order_by("purpose", "-id").distinct("purpose")
    newest = {receipt.purpose: receipt for receipt in receipts}
    given = {purpose for purpose, receipt in newest.items() if receipt.given}
    return [_standing(policy, newest.get(policy.purpose), given) for policy in policies()]


def _standing(policy: Policy, receipt: Consent | None, all_given: set[str]) -> Standing:
    given = receipt is not None and receipt.given
    version = receipt.policy_version if receipt else None
    again = given and version is not None and policy.asks_again(version)
    return Standing(
        purpose=policy.purpose,
        title=policy.title,
        about=policy.about,
        given=given,
        policy_version=version,
        newest_version=policy.version,
        asks_again=again,
        requires=policy.requires,
        missing=tuple(each for each in policy.requires if each not in all_given),
    )


def consented_accounts(purpose: str) -> "QuerySet[Consent, int]":
    """Ids of the accounts that consent to `purpose` now; usable as a subquery."""
    return receipts_in_force(purpose).filter(account__is_active=True).values_list("account_id", flat=True)


def agreed(account: str, purpose: str) -> Subquery:
    """Of a row whose column `account` names an account: whether that consents to `purpose` now; null where it never said."""
    newest = Consent.objects.filter(account=OuterRef(account), purpose=purpose).order_by("-id")
    return Subquery(newest.values("given")[:1])


def receipts_of(*, account_id: int) -> QuerySet[Consent]:
    """Every receipt of one account."""
    return Consent.objects.filter(account_id=account_id)
