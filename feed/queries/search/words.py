"""What was typed into a search field: words, phrases in quotes, and conditions such as `from:ann` or `-is:reply`."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

LONGEST_QUERY = 500
MOST_WORDS = 10
TOKEN = re.compile(r'(?P<sign>[+-]?)(?:(?P<name>[a-z]+):(?P<value>"[^"]*"|\S+)|"(?P<phrase>[^"]*)"|(?P<word>\S+))')
CONDITIONS = frozenset({"from", "has", "is", "language", "before", "after", "during", "in"})
# PostgreSQL's configurations with a stemmer: a word is looked for under its stem in each, since the language of what was
# typed is not known, and a stem of another language finds next to nothing.
CONFIGURATIONS = [
    "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french", "german", "greek",
    "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali", "norwegian", "portuguese",
    "romanian", "russian", "serbian", "spanish", "swedish", "tamil", "turkish", "yiddish",
]  # fmt: skip
STEMS = """
select word, to_tsquery('simple', quoted)::text, array(
    select distinct query from (select plainto_tsquery(c::regconfig, word)::text query from unnest(%s::text[]) c) q
    where query <> ''
) from unnest(%s::text[], %s::text[]) w(word, quoted)
"""
PHRASES = "select phrase, phraseto_tsquery('simple', phrase)::text from unnest(%s::text[]) phrase"


@dataclass(frozen=True, slots=True)
class Condition:
    """`name:value`, or the opposite of it."""

    name: str
    value: str
    negated: bool


@dataclass
class Wanted:
    """A search taken apart; (text, negated) for words and phrases."""

    words: list[tuple[str, bool]] = field(default_factory=list)
    phrases: list[tuple[str, bool]] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)


def taken_apart(query: str) -> Wanted:
    """At most ten words and phrases; a `name:value` with an unknown name is a word."""
    wanted = Wanted()
    for match in TOKEN.finditer(query[:LONGEST_QUERY]):
        negated = match["sign"] == "-"
        if match["name"] in CONDITIONS:
            wanted.conditions.append(Condition(match["name"], match["value"].strip('"'), negated))
        elif len(wanted.words) + len(wanted.phrases) < MOST_WORDS:
            if match["phrase"] is not None:
                wanted.phrases.append((match["phrase"], negated))
            else:
                wanted.words.append((match["word"] or f"{match['name']}:{match['value']}", negated))
    return wanted


def text_query(wanted: Wanted) -> str:
    """A `tsquery` for the words, each by its beginning or its stem, and the phrases; empty when none of them says anything."""
    words = [word for word, _ in wanted.words]
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        if words:
            cursor.execute(STEMS, [CONFIGURATIONS, words, [_quoted(word) for word in words]])
            for word, beginning, stems in cursor.fetchall():
                found[word] = " | ".join(f"({one})" for one in [beginning, *stems] if one)
        if wanted.phrases:
            cursor.execute(PHRASES, [[phrase for phrase, _ in wanted.phrases]])
            found.update(cursor.fetchall())
    parts = [(found.get(text, ""), negated) for text, negated in [*wanted.words, *wanted.phrases]]
    # A search of nothing but exclusions would be for nearly everything.
    if not any(part and not negated for part, negated in parts):
        return ""
    return " & ".join(f"{'!' * negated}({part})" for part, negated in parts if part)


def day_of(value: str) -> dt.datetime | None:
    """Midnight in UTC of a day as `2026-11-21`; None for anything else."""
    try:
        return dt.datetime.fromisoformat(value[:10]).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def beginning_query(words: Sequence[str]) -> str:
    """The text for `to_tsquery` that asks for every word by its beginning."""
    return " & ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}':*"
