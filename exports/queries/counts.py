"""What is counted for the published statistics. Raw counts are for the job that adds the noise, and for nobody else.

Sensitivity is the most by which one person, with all that they said and agreed to, can change a question's counts
together. It holds because one human has one account here, and because every count depends on its own person alone:
of statuses only those count that answer and quote nobody, as what somebody else withdraws must not change them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.db.models import Count

from exports.engines.noise import bounded
from exports.models import Contribution
from feed.queries.training import consented_authors, eligible_statuses
from identity.queries.consent_counts import people_by_purpose

AUTHORS_AT_A_TIME = 5000
TEXT = "training_text"
DATASET_PURPOSES = (TEXT, "training_images", "training_instruction", "training_preferences", "bot_research")
PURPOSES = (*DATASET_PURPOSES, "training_replies")
LABELS = ("human", "assisted", "machine")
# Written down and never taken from the data: that a language is named at all must say nothing of anybody.
_LANGUAGES = """
    ar bg bn ca cs cy da de el en eo es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk ko lt lv mk ml mn mr ms
    nb nl nn no pa pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur vi zh
"""
LANGUAGES = tuple(_LANGUAGES.split())
OTHER_LANGUAGE = "other"
# Of whoever wrote more, their languages and labels count in proportion.
MOST_STATUSES = 20


@dataclass(frozen=True)
class Question:
    """One published table: its cells are known before anything is counted."""

    name: str
    about: str
    cells: tuple[str, ...]
    sensitivity: int


QUESTIONS = (
    Question("people_by_consent", "Unique living humans who agree to each purpose now.", PURPOSES, len(PURPOSES)),
    Question(
        "people_in_releases",
        "People of whom there is something in the newest release of a data set, by the data set's purpose.",
        DATASET_PURPOSES,
        len(DATASET_PURPOSES),
    ),
    Question(
        "statuses_by_language",
        "Public statuses that may be used for text and answer or quote nobody, by declared language; at most"
        f" {MOST_STATUSES} of each person. Languages whose count cannot be told from the noise are left out.",
        (*LANGUAGES, OTHER_LANGUAGE),
        MOST_STATUSES,
    ),
    Question(
        "statuses_by_label",
        "The same statuses by who made them: a human, a human with a machine's help, or a machine; at most"
        f" {MOST_STATUSES} of each person.",
        LABELS,
        MOST_STATUSES,
    ),
)


def raw_counts() -> dict[str, dict[str, int]]:
    """{question: {cell: count}}, every cell of every question."""
    by_language, by_label = _statuses()
    counted: dict[str, dict[str, int]] = {
        "people_by_consent": people_by_purpose(PURPOSES),
        "people_in_releases": _people_in_releases(),
        "statuses_by_language": by_language,
        "statuses_by_label": by_label,
    }
    return {
        question.name: {cell: counted[question.name].get(cell, 0) for cell in question.cells} for question in QUESTIONS
    }


def _people_in_releases() -> dict[str, int]:
    now = Contribution.objects.filter(until=None, records__gt=0, dataset__closed_at=None)
    return dict(
        now.order_by("dataset__purpose").values_list("dataset__purpose").annotate(Count("account_id", distinct=True))
    )


def _statuses() -> tuple[Counter[str], Counter[str]]:
    by_language: Counter[str] = Counter()
    by_label: Counter[str] = Counter()
    remaining = iter(consented_authors(purpose=TEXT))
    while batch := list(islice(remaining, AUTHORS_AT_A_TIME)):
        rows = (
            eligible_statuses(purpose=TEXT, account_ids=batch)
            .filter(in_reply_to=None, quote_of=None)
            .order_by("account_id")
            .values_list("account_id", "language", "made_by")
            .annotate(count=Count("pk"))
        )
        found = [(account_id, _language(language), label, count) for account_id, language, label, count in rows]
        by_language += _of_people((row[0], row[1], row[3]) for row in found)
        by_label += _of_people((row[0], row[2], row[3]) for row in found)
    return by_language, by_label


def _of_people(rows: Iterable[tuple[int, str, int]]) -> Counter[str]:
    """The sum over all people, of (account id, cell, count), with each person's share bounded."""
    people: dict[int, Counter[str]] = {}
    for account_id, cell, count in rows:
        people.setdefault(account_id, Counter())[cell] += count
    total: Counter[str] = Counter()
    for counts in people.values():
        total.update(bounded(counts, most=MOST_STATUSES))
    return total


def _language(declared: str) -> str:
    code = declared.split("-")[0].lower()
    return code if code in LANGUAGES else OTHER_LANGUAGE
