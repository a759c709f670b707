"""THE ONE GATE: the only way by which what people said leaves for training."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from feed.models import Profile, Status
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


@dataclass(frozen=True, slots=True)
class ConsentedStatus:
    """A status that may be used for the purpose."""

    id: int
    author: ConsentedAuthor
    text: str
    language: str
    sensitive: bool
    made_by: str
    created_at: dt.datetime


def consented_authors(*, purpose: str, account_ids: Collection[int] | None = None) -> dict[int, ConsentedAuthor]:
    """Of these accounts, or of all, those who agree to `purpose`, are admitted as unique and are not restricted."""
    ids = consented_accounts(purpose)
    if account_ids is not None:
        ids = ids.filter(account_id__in=list(account_ids))
    restricted = Profile.objects.exclude(restriction=Profile.Restriction.NONE).values("account_id")
    remaining = iter(list(ids.exclude(account_id__in=restricted).order_by("account_id")))
    authors: dict[int, ConsentedAuthor] = {}
    while batch := list(islice(remaining, AUTHORS_AT_A_TIME)):
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


def consented_statuses(*, purpose: str, account_ids: Collection[int] | None = None) -> Iterator[ConsentedStatus]:
    """The statuses of these accounts, or of all, that may be used for `purpose`, in no particular order.

    Public, neither deleted nor withheld, not marked "not for training", by a `ConsentedAuthor`. What somebody reblogs is
    not theirs to give.
    """
    authors = consented_authors(purpose=purpose, account_ids=account_ids)
    ids = iter(authors)
    while batch := list(islice(ids, AUTHORS_AT_A_TIME)):
        statuses = Status.objects.filter(
            account_id__in=batch,
            visibility=Status.Visibility.PUBLIC,
            deleted_at=None,
            withheld_at=None,
            for_training=True,
            reblog_of=None,
        )
        fields = ("id", "account_id", "text", "language", "sensitive", "made_by", "created_at")
        for pk, account_id, text, language, sensitive, made_by, created_at in statuses.values_list(*fields).iterator(
            chunk_size=2000
        ):
            yield ConsentedStatus(pk, authors[account_id], text, language, sensitive, made_by, created_at)


def authors_of(status_ids: Collection[int]) -> dict[int, int]:
    """The author's account id of each status, deleted ones too; statuses whose row is gone are left out."""
    return dict(Status.objects.filter(pk__in=list(status_ids)).values_list("pk", "account_id"))
