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
from feed.queries.training import consented_author_table, eligible_statuses
from identity.queries.consent_counts import people_by_purpose

AUTHORS_AT_A_TIME = 5000
TEXT = "training_text"
PURPOSES = (
    TEXT,
    "training_replies",
    "training_images",
    "training_instruction",
    "training_preferences",
    "bot_research",
)
# From how many statuses on a person is in the cell.
AMOUNTS = {"1000 or more": 1000, "100 to 999": 100, "10 to 99": 10, "1 to 9": 1}
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
        "people_by_statuses",
        "Of those who agree to text, people by how many public statuses they have that answer and quote nobody.",
        tuple(AMOUNTS),
        1,
    ),
    Question(
        "statuses_by_language",
        "Public statuses, of people who agree to text, that answer and quote nobody, by declared language; at most"
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
    counted = {"people_by_consent": people_by_purpose(PURPOSES), **_of_statuses()}
    return {
        question.name: {cell: counted[question.name].get(cell, 0) for cell in question.cells} for question in QUESTIONS
    }


def _of_statuses() -> dict[str, dict[str, int]]:
    amounts: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    remaining = iter(consented_author_table(purpose=TEXT)["account_id"].to_pylist())
    while batch := list(islice(remaining, AUTHORS_AT_A_TIME)):
        rows = (
            eligible_statuses(purpose=TEXT, account_ids=batch)
            .filter(in_reply_to=None, quote_of=None)
            .order_by("account_id")
            .values_list("account_id", "language", "made_by")
            .annotate(count=Count("pk"))
        )
        found = [(account_id, _language(language), label, count) for account_id, language, label, count in rows]
        people = _by_person((row[0], "", row[3]) for row in found)
        amounts.update(_amount(counts.total()) for counts in people)
        for counts in _by_person((row[0], row[1], row[3]) for row in found):
            languages.update(bounded(counts, most=MOST_STATUSES))
        for counts in _by_person((row[0], row[2], row[3]) for row in found):
            labels.update(bounded(counts, most=MOST_STATUSES))
    return {"people_by_statuses": amounts, "statuses_by_language": languages, "statuses_by_label": labels}


def _by_person(rows: Iterable[tuple[int, str, int]]) -> Iterable[Counter[str]]:
    people: dict[int, Counter[str]] = {}
    for account_id, cell, count in rows:
        people.setdefault(account_id, Counter())[cell] += count
    return people.values()


def _amount(statuses: int) -> str:
    return next(cell for cell, least in AMOUNTS.items() if statuses >= least)


def _language(declared: str) -> str:
    code = declared.split("-")[0].lower()
    return code if code in LANGUAGES else OTHER_LANGUAGE
