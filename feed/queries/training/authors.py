"""Who agrees to a purpose, and may be read at all."""

import datetime as dt
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa
from django.db.models import QuerySet

from common.id_sets import one_of
from feed.models import Profile, TrainingHold
from feed.queries.training.arrow import copied
from identity.queries.age import adults
from identity.queries.consents import receipts_in_force
from identity.queries.presence import asked_to_show_themselves
from identity.queries.unique_humans import unique_humans

AUTHORS_AT_A_TIME = 20_000
REPLIES = "training_replies"
# The level of personhood of everybody who passes.
UNIQUE = "unique"
# The fields of `ConsentedAuthor` as columns.
AUTHORS = pa.schema(
    [
        ("account_id", pa.int64()),
        ("personhood_method", pa.large_string()),
        ("consent_id", pa.int64()),
        ("policy_version", pa.large_string()),
        ("unique_since", pa.timestamp("us", tz="UTC")),
        ("answers", pa.bool_()),
    ]
)
# One statement, whoever is asked about: an export asks about everybody.
CONSENTED = """
select human.account_id, human.method, receipt.id, receipt.policy_version, human.since, answers.account_id is not null
from ({receipts}) receipt
join ({humans}) human on human.account_id = receipt.account_id
join ({adults}) adult on adult.account_id = receipt.account_id
left join ({answers}) answers on answers.account_id = receipt.account_id
where not exists (select from ({restricted}) kept where kept.account_id = receipt.account_id)
and not exists (select from ({held}) kept where kept.account_id = receipt.account_id)
and not exists (select from ({asked}) kept where kept.account_id = receipt.account_id)
order by human.account_id
"""


class ConsentedAuthor(NamedTuple):
    """A unique living human who agrees to the purpose now: how that was shown, since when, and the receipt of the consent.

    `answers` is whether they agree too that their answers to others are used.
    """

    account_id: int
    personhood_method: str
    consent_id: int
    policy_version: str
    unique_since: dt.datetime
    answers: bool

    @property
    def personhood_level(self) -> str:
        """Nobody else passes."""
        return UNIQUE

    def may_give(self, created_at: dt.datetime) -> bool:
        """Whether what was made then is younger than what first showed that its author is one living human."""
        return created_at >= self.unique_since


def consented_author_table(*, purpose: str, account_ids: Collection[int] | None = None) -> pa.Table:
    """Of these accounts, or of all, those who agree to `purpose` and may be read for training at all.

    Whatever they agreed to, nobody is read who is not admitted as a unique living human (simulated people are not), who
    has not said to be an adult, who is restricted, held (reported and not decided upon, likely a program), or was asked
    to show that they are there and has not. With `AUTHORS` as schema, ordered by account id.
    """
    if account_ids is not None and not account_ids:
        return AUTHORS.empty_table()
    receipts = receipts_in_force(purpose)
    if account_ids is not None:
        receipts = receipts.filter(one_of("account_id", account_ids))
    parts: dict[str, QuerySet[Any, Any]] = {
        "receipts": receipts.values_list("account_id", "id", "policy_version"),
        # Who has left, or was made inactive, is none of these.
        "humans": unique_humans(account_ids),
        "adults": adults(),
        "answers": receipts_in_force(REPLIES).values_list("account_id"),
        "restricted": Profile.objects.exclude(restriction=Profile.Restriction.NONE).values_list("account_id"),
        "held": TrainingHold.objects.values_list("account_id"),
        "asked": asked_to_show_themselves(),
    }
    # The parameters stand in the order of the statement.
    written = {name: rows.order_by().query.sql_with_params() for name, rows in parts.items()}
    statement = CONSENTED.format(**{name: text for name, (text, _) in written.items()})
    return copied(statement, [one for _, parameters in written.values() for one in parameters], AUTHORS)


def consented_authors(*, purpose: str, account_ids: Collection[int] | None = None) -> dict[int, ConsentedAuthor]:
    """The rows of `consented_author_table`, by account id."""
    rows = consented_author_table(purpose=purpose, account_ids=account_ids).to_pylist()
    return {row["account_id"]: ConsentedAuthor(**row) for row in rows}


def batches(account_ids: Iterator[int]) -> Iterator[list[int]]:
    """As many at a time as one statement names."""
    while batch := list(islice(account_ids, AUTHORS_AT_A_TIME)):
        yield batch
