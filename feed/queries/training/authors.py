"""Who agrees to a purpose, and may be read at all."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from feed.models import Profile, TrainingHold
from identity.queries.age import adults_among
from identity.queries.consents import receipts_in_force
from identity.queries.personhood import personhood_of, unique_since
from identity.queries.presence import asked_to_show_themselves

AUTHORS_AT_A_TIME = 20_000


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
    receipts = receipts_in_force(purpose, account_ids)
    may = adults_among(account_ids) - _kept_out()
    authors: dict[int, ConsentedAuthor] = {}
    for batch in batches(account_id for account_id in sorted(receipts) if account_id in may):
        since = unique_since(batch)
        # Who has left, or was made inactive, holds no live credential.
        for account_id, personhood in personhood_of(batch).items():
            if personhood.level != "unique" or not personhood.admitted:
                continue
            receipt = receipts[account_id]
            authors[account_id] = ConsentedAuthor(
                account_id,
                personhood.level,
                personhood.method,
                receipt.id,
                receipt.policy_version,
                since[account_id],
            )
    return authors


def _kept_out() -> set[int]:
    """Accounts that are restricted, held, or asked to show that they are there."""
    restricted = Profile.objects.exclude(restriction=Profile.Restriction.NONE).values_list("account_id", flat=True)
    held = TrainingHold.objects.values_list("account_id", flat=True)
    return {*restricted, *held, *asked_to_show_themselves()}


def batches(account_ids: Iterator[int]) -> Iterator[list[int]]:
    """As many at a time as one statement names."""
    while batch := list(islice(account_ids, AUTHORS_AT_A_TIME)):
        yield batch
