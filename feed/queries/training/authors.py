"""Who agrees to a purpose, and may be read at all."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from feed.models import Profile, TrainingHold
from identity.queries.age import adult_accounts
from identity.queries.consents import consented_accounts, newest_receipts
from identity.queries.personhood import personhood_of, unique_since
from identity.queries.presence import asked_to_show_themselves

AUTHORS_AT_A_TIME = 5000


@dataclass(frozen=True, slots=True)
class ConsentedAuthor:
    """A unique living human who agrees to the purpose now: how that was shown, since when, and the receipt of the consent."""

    account_id: int
    personhood_level: str
    personhood_method: str
    consent_id: int
    policy_version: str
    unique_since: dt.datetime

    def may_give(self, created_at: dt.datetime) -> bool:
        """Whether what was made then is younger than what first showed that its author is one living human."""
        return created_at >= self.unique_since


def consented_authors(*, purpose: str, account_ids: Collection[int] | None = None) -> dict[int, ConsentedAuthor]:
    """Of these accounts, or of all, those who agree to `purpose` and may be read for training at all.

    Whatever they agreed to, nobody is read who is not admitted as a unique living human (simulated people are not), who
    has not said to be an adult, who is restricted, held (reported and not decided upon, likely a program), or was asked
    to show that they are there and has not.
    """
    ids = may_be_read(consented_accounts(purpose))
    if account_ids is not None:
        ids = ids.filter(account_id__in=list(account_ids))
    authors: dict[int, ConsentedAuthor] = {}
    for batch in batches(iter(list(ids.order_by("account_id")))):
        receipts, since = newest_receipts(batch, purpose), unique_since(batch)
        for account_id, personhood in personhood_of(batch).items():
            receipt = receipts.get(account_id)
            # A receipt may have come between the two reads: the newest one speaks.
            if personhood.level != "unique" or not personhood.admitted or receipt is None or not receipt.given:
                continue
            authors[account_id] = ConsentedAuthor(
                account_id,
                personhood.level,
                personhood.method,
                receipt.pk,
                receipt.policy_version,
                since[account_id],
            )
    return authors


def may_be_read(accounts: "QuerySet[Any, int]") -> "QuerySet[Any, int]":
    """Of rows with an `account_id`, those whose account nothing keeps out of training but personhood, which is not asked."""
    restricted = Profile.objects.exclude(restriction=Profile.Restriction.NONE).values("account_id")
    return (
        accounts.filter(account__is_active=True, account_id__in=adult_accounts())
        .exclude(account_id__in=restricted)
        .exclude(account_id__in=TrainingHold.objects.values("account_id"))
        .exclude(account_id__in=asked_to_show_themselves())
    )


def batches(account_ids: Iterator[int]) -> Iterator[list[int]]:
    """As many at a time as one statement names."""
    while batch := list(islice(account_ids, AUTHORS_AT_A_TIME)):
        yield batch
