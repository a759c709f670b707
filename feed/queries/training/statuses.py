"""Which statuses may be used for a purpose."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import BooleanField, Case, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value, When

from common.id_sets import one_of
from feed.models import MediaAttachment, Status
from feed.queries.training.arrow import table_of
from feed.queries.training.authors import AUTHORS, AUTHORS_AT_A_TIME, ConsentedAuthor, consented_author_table
from feed.queries.training.quoting import quotes_in_words, quoting_nobody_unasked, there_is

# One row for each status that passed. `created` is to the microsecond: a recipient is told less.
STATUSES = pa.schema(
    [
        ("id", pa.int64()),
        ("account_id", pa.int64()),
        ("text", pa.large_string()),
        ("warning", pa.large_string()),
        ("language", pa.large_string()),
        ("language_score", pa.float32()),
        ("declared_language", pa.large_string()),
        ("sensitive", pa.bool_()),
        ("made_by", pa.large_string()),
        ("evidence", pa.large_string()),
        ("created", pa.timestamp("us", tz="UTC")),
        ("in_reply_to", pa.int64()),
        ("root", pa.int64()),
        ("favourites", pa.int64()),
        ("reblogs", pa.int64()),
        ("replies", pa.int64()),
    ]
)
_WITH_OWN = STATUSES.append(pa.field("own", pa.bool_()))
_COLUMNS = {name: name for name in STATUSES.names} | {
    "warning": "spoiler_text",
    "language": "found_language",
    "language_score": "found_language_score",
    "declared_language": "language",
    "created": "created_at",
    "in_reply_to": "in_reply_to_id",
    "root": "root_id",
    "favourites": "favourites_count",
    "reblogs": "reblogs_count",
    "replies": "replies_count",
}


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


def eligible_statuses(
    *, purpose: str, account_ids: Collection[int] | None, replying: Collection[int] | None = None
) -> "QuerySet[Status]":
    """Of these accounts, who must have agreed, the statuses that may be used for `purpose`, in no particular order.

    With None of whomever: then the caller has to ask which of their authors agreed.

    Public, neither deleted nor withheld, not marked "not for training", quoting nobody who did not agree; no reblogs, as
    what somebody reblogs is not theirs to give. Of answers to others only those of the accounts `replying`, None for all.
    Words that are copied into a text are for `quotes_in_words` to find.
    """
    found = Status.objects.filter(
        Q() if account_ids is None else one_of("account_id", account_ids),
        quoting_nobody_unasked(purpose),
        visibility=Status.Visibility.PUBLIC,
        deleted_at=None,
        withheld_at=None,
        for_training=True,
        reblog_of=None,
    )
    return found if replying is None else found.filter(_own_matter() | one_of("account_id", replying))


def consented_status_table(
    *, purpose: str, account_ids: Collection[int] | None = None, authors: pa.Table | None = None
) -> pa.Table:
    """The statuses of these accounts, or of all, that may be used for `purpose`; with `STATUSES` as schema, in no order.

    An answer to somebody else goes in only where its author gave `training_replies` too. `authors` are those of
    `consented_author_table`, where the caller has them already.
    """
    if authors is None:
        authors = consented_author_table(purpose=purpose, account_ids=account_ids)
    tables = [STATUSES.empty_table()]
    for start in range(0, authors.num_rows, AUTHORS_AT_A_TIME):
        batch = authors.slice(start, AUTHORS_AT_A_TIME)
        found = _found(eligible_statuses(purpose=purpose, account_ids=batch["account_id"].to_pylist()))
        tables.append(_passing(found, batch))
    return pa.concat_tables(tables)


def consented_single_statuses(
    *, purpose: str, status_ids: Collection[int], known: pa.Table, without: Collection[int] = ()
) -> tuple[pa.Table, pa.Table]:
    """Of these statuses those that may be used for `purpose`, as `consented_status_table` has them, and `AUTHORS`: who wrote them.

    Only whoever is not among `known`, rows that `consented_author_table` gave before, is asked about. Of accounts in
    `without` there is nothing.
    """
    # They are found by their ids alone: of all that their authors wrote they are a few.
    found = _found(eligible_statuses(purpose=purpose, account_ids=None).filter(one_of("pk", status_ids, few=True)))
    if without:
        found = found.filter(pc.invert(pc.is_in(found["account_id"], pa.array(without, pa.int64()))))
    owners = pc.unique(found["account_id"])
    known = known.select(AUTHORS.names).filter(pc.is_in(known["account_id"], owners))
    unknown = owners.filter(pc.invert(pc.is_in(owners, known["account_id"].combine_chunks())))
    asked = consented_author_table(purpose=purpose, account_ids=unknown.to_pylist())
    authors = pa.concat_tables([known, asked])
    return _passing(found, authors), authors


def consented_statuses(*, purpose: str, account_ids: Collection[int] | None = None) -> Iterator[ConsentedStatus]:
    """The rows of `consented_status_table`, one by one."""
    table = consented_author_table(purpose=purpose, account_ids=account_ids)
    authors = {row["account_id"]: ConsentedAuthor(**row) for row in table.to_pylist()}
    for row in consented_status_table(purpose=purpose, authors=table).to_pylist():
        yield ConsentedStatus(
            row["id"],
            authors[row["account_id"]],
            row["text"],
            row["declared_language"],
            row["sensitive"],
            row["made_by"],
            row["created"],
        )


def _found(rows: "QuerySet[Status]") -> pa.Table:
    own = ExpressionWrapper(_own_matter(), output_field=BooleanField())
    return table_of(rows.annotate(evidence=_evidence(), own=own), _COLUMNS | {"own": "own"}, _WITH_OWN)


def _passing(found: pa.Table, authors: pa.Table) -> pa.Table:
    passing = pc.and_(_written_as_unique(found, authors), pc.or_(found["own"], _by_whom_answers(found, authors)))
    found = found.select(STATUSES.names)
    return found.filter(pc.and_not(passing, _speaks_for_another(found)))


def _own_matter() -> Q:
    """No answer to somebody else: no answer at all, or one's own words continued in a thread that one began."""
    began = Status.objects.filter(pk=OuterRef("root_id"), account_id=OuterRef("account_id"))
    continued = Q(in_reply_to_account_id=F("account_id")) & there_is(began)
    return Q(in_reply_to_account_id=None) | continued


def _evidence() -> Case:
    """What the label `made_by` rests on: the author's word, or the signed manifest of a picture that a machine made."""
    made = MediaAttachment.objects.filter(status=OuterRef("pk")).exclude(digital_source_type="")
    by_picture = ~Q(made_by=Status.MadeBy.HUMAN) & there_is(made)
    return Case(When(by_picture, then=Value("c2pa")), default=Value("declared"))


def _written_as_unique(table: pa.Table, authors: pa.Table) -> pa.ChunkedArray:
    """Whether a status is by one of these, and younger than what first showed that its author is one living human."""
    places = pc.index_in(table["account_id"], authors["account_id"].combine_chunks())
    since = authors["unique_since"].combine_chunks().take(places)
    return pc.fill_null(pc.greater_equal(table["created"], since), False)


def _by_whom_answers(table: pa.Table, authors: pa.Table) -> pa.ChunkedArray:
    """Whether a status is by one of these who agreed to answers, too. PostgreSQL would look at each of them for its plan."""
    return pc.is_in(table["account_id"], authors["account_id"].filter(authors["answers"]).combine_chunks())


def _speaks_for_another(table: pa.Table) -> pa.ChunkedArray:
    return pc.or_(quotes_in_words(table["text"]), quotes_in_words(table["warning"]))
