"""Who agrees to a purpose, and may be read at all."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from feed.models import Profile
from identity.queries.consents import consented_accounts, newest_receipts
from identity.queries.personhood import personhood_of

AUTHORS_AT_A_TIME = 5000


@dataclass(frozen=True, slots=True)
class ConsentedAuthor:
    """A unique living human who agrees to the purpose now: how that was shown, and the receipt of the consent."""

    account_id: int
    personhood_level: str
    personhood_method: str
    consent_id: int
    policy_version: str


def consented_authors(*, purpose: str, account_ids: Collection[int] | None = None) -> dict[int, ConsentedAuthor]:
    """Of these accounts, or of all, those who agree to `purpose`, are admitted as unique and are not restricted."""
    ids = consented_accounts(purpose)
    if account_ids is not None:
        ids = ids.filter(account_id__in=list(account_ids))
    restricted = Profile.objects.exclude(restriction=Profile.Restriction.NONE).values("account_id")
    remaining = iter(list(ids.exclude(account_id__in=restricted).order_by("account_id")))
    authors: dict[int, ConsentedAuthor] = {}
    for batch in batches(remaining):
        receipts = newest_receipts(batch, purpose)
        for account_id, personhood in personhood_of(batch).items():
            receipt = receipts.get(account_id)
            # A receipt may have come between the two reads: the newest one speaks.
            if personhood.level != "unique" or not personhood.admitted or receipt is None or not receipt.given:
                continue
            authors[account_id] = ConsentedAuthor(
                account_id, personhood.level, personhood.method, receipt.pk, receipt.policy_version
            )
    return authors


def batches(account_ids: Iterator[int]) -> Iterator[list[int]]:
    """As many at a time as one statement names."""
    while batch := list(islice(account_ids, AUTHORS_AT_A_TIME)):
        yield batch
