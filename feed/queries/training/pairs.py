"""Questions and answers that may be used for training: a status and a reply to it, by two people who both agreed."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from feed.models import Status
from feed.queries.training.authors import ConsentedAuthor, batches, consented_authors
from feed.queries.training.quoting import quotes_somebody
from feed.queries.training.statuses import eligible_statuses

_FIELDS = (
    "id",
    "account_id",
    "in_reply_to_id",
    "text",
    "language",
    "sensitive",
    "made_by",
    "created_at",
    "favourites_count",
    "reblogs_count",
    "replies_count",
)


@dataclass(frozen=True, slots=True)
class Said:
    """One side of a pair."""

    id: int
    author: ConsentedAuthor
    text: str
    language: str
    sensitive: bool
    made_by: str
    created_at: dt.datetime
    favourites: int
    reblogs: int
    replies: int


@dataclass(frozen=True, slots=True)
class ConsentedPair:
    """What somebody said, and what somebody else answered."""

    prompt: Said
    response: Said


def consented_pairs(*, purpose: str, account_ids: Collection[int] | None = None) -> Iterator[ConsentedPair]:
    """The answers of these accounts, or of all, with what they answer, in no particular order.

    Both statuses pass the gate, each by its own author's consent to `purpose`, and neither holds a third person's words.
    Nobody answers themselves here: a thread of one's own is no question and answer.
    """
    authors = consented_authors(purpose=purpose, account_ids=account_ids)
    for batch in batches(iter(authors)):
        answers = eligible_statuses(purpose=purpose, account_ids=batch).filter(in_reply_to__isnull=False)
        rows = list(answers.exclude(in_reply_to_account_id=F("account_id")).values(*_FIELDS))
        asked = {row["in_reply_to_id"] for row in rows}
        askers = set(Status.objects.filter(pk__in=asked).values_list("account_id", flat=True))
        asking = consented_authors(purpose=purpose, account_ids=askers)
        questions = eligible_statuses(purpose=purpose, account_ids=asking).filter(pk__in=asked)
        prompts = {row["id"]: row for row in questions.values(*_FIELDS)}
        for row in rows:
            prompt = prompts.get(row["in_reply_to_id"])
            if prompt and _may_go(prompt, asking) and _may_go(row, authors):
                yield ConsentedPair(_said(prompt, asking), _said(row, authors))


def answering_authors(*, account_ids: Collection[int], status_ids: Collection[int]) -> set[int]:
    """Who ever answered one of these accounts or one of these statuses: their pairs hang on both."""
    found: set[int] = set()
    if account_ids:
        asked = Status.objects.filter(account_id__in=list(account_ids))
        found.update(Status.objects.filter(in_reply_to__in=asked).values_list("account_id", flat=True).distinct())
    if status_ids:
        answers = Status.objects.filter(in_reply_to_id__in=list(status_ids))
        found.update(answers.values_list("account_id", flat=True).distinct())
    return found


def _may_go(row: Mapping[str, Any], authors: Mapping[int, ConsentedAuthor]) -> bool:
    """Written by a known human, in their own words."""
    return authors[row["account_id"]].may_give(row["created_at"]) and not quotes_somebody(row["text"])


def _said(row: Mapping[str, Any], authors: Mapping[int, ConsentedAuthor]) -> Said:
    return Said(
        id=row["id"],
        author=authors[row["account_id"]],
        text=row["text"],
        language=row["language"],
        sensitive=row["sensitive"],
        made_by=row["made_by"],
        created_at=row["created_at"],
        favourites=row["favourites_count"],
        reblogs=row["reblogs_count"],
        replies=row["replies_count"],
    )
