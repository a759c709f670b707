"""Texts to measure the export's plan on: words of the demo world, with what people put among them at rates that are said."""

import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from exports.engines.columns import AUTHORS, STATUSES
from exports.engines.keys import PseudonymKeys
from seeds.phrases import LANGUAGES, said

STATUSES_OF_ONE = 20
PERSONAL = (
    "mail me at {name}@example.org",
    "call +49 30 {number}",
    "IBAN DE89 3704 0044 0532 0130 00",
    "from 203.0.113.{small}",
    "card 4111 1111 1111 1111",
)
RATES = (
    "Of the texts 25 % name somebody, 25 % have a hashtag, 10 % a link, 2 % a date, 1 % an address, a number or an "
    "account; 5 % are much longer than the others, 2 % repeat an earlier text and 3 % all but two words of one. The "
    "language was found when they were posted, but for those with the line that says otherwise."
)


def keys() -> PseudonymKeys:
    """A recipient's."""
    return PseudonymKeys(b"a" * 32, b"r" * 32)


def drawn_texts(rows: int) -> tuple[list[str], list[str]]:
    """So many texts and their languages, the same for the same number."""
    lots = random.Random(5)
    languages: list[str] = []
    texts: list[str] = []
    for number in range(rows):
        language = lots.choice(LANGUAGES)
        text = said(lots, language)
        drawn_now = lots.random()
        if drawn_now < 0.05:
            text = " ".join([text, *(said(lots, language) for _ in range(4))])
        elif drawn_now < 0.07 and number:
            other = lots.randrange(number)
            text, language = texts[other], languages[other]
        elif drawn_now < 0.10 and number:
            other = lots.randrange(number)
            language, words = languages[other], texts[other].split()
            text = " ".join([*words[:-1], *said(lots, language).split()[:2]])
        else:
            text = _furnished(lots, text)
        texts.append(text)
        languages.append(language)
    return texts, languages


def drawn(rows: int, folder: Path) -> None:
    """Write `statuses.parquet` and `authors.parquet` of so many rows, the same for the same number."""
    texts, languages = drawn_texts(rows)
    numbers = np.random.default_rng(6)
    accounts = max(rows // STATUSES_OF_ONE, 1)
    columns: dict[str, Any] = {
        "id": (1_760_000_000_000 << 16) + np.arange(rows) * 7919,
        "account_id": numbers.integers(0, accounts, rows),
        "text": texts,
        "warning": [""] * rows,
        "language": languages,
        "language_score": numbers.random(rows).astype(np.float32),
        "declared_language": languages,
        "sensitive": numbers.random(rows) < 0.05,
        "made_by": ["human"] * rows,
        "evidence": ["declared"] * rows,
        "created": pa.array(1_760_000_000_000_000 + np.arange(rows) * 1_000_000).cast(pa.timestamp("us", "UTC")),
        "favourites": numbers.zipf(1.8, rows).clip(0, 10_000),
        "reblogs": numbers.zipf(2.2, rows).clip(0, 10_000),
        "replies": numbers.zipf(2.5, rows).clip(0, 10_000),
    }
    pq.write_table(pa.table(columns, schema=STATUSES), folder / "statuses.parquet")
    recipient = keys()
    authors = {
        "account_id": np.arange(accounts),
        "author": [recipient.author(number) for number in range(accounts)],
        "personhood_level": ["unique"] * accounts,
        "personhood_method": ["face-gestures-1"] * accounts,
        "licence": ["LicenseRef-Humankind-Training-Text-1"] * accounts,
        "consent_receipt": recipient.opaque_ids("consent", np.arange(accounts)),
        "policy_version": ["1"] * accounts,
    }
    pq.write_table(pa.table(authors, schema=AUTHORS), folder / "authors.parquet")


def _furnished(lots: random.Random, text: str) -> str:
    if lots.random() < 0.25:
        text = f"@load_{lots.randrange(1_000_000)} {text}"
    if lots.random() < 0.25:
        text = f"{text} #{text.split()[-1]}"
    if lots.random() < 0.1:
        text = f"{text} https://example.org/{lots.randrange(10**6)}"
    if lots.random() < 0.02:
        text = f"{text} 2026-{lots.randrange(1, 13):02d}-{lots.randrange(1, 29):02d}"
    if lots.random() < 0.01:
        personal = lots.choice(PERSONAL)
        text = f"{text} {personal.format(name=f'n{lots.randrange(9999)}', number=lots.randrange(10**6, 10**7), small=lots.randrange(255))}"
    return text


def read(folder: Path) -> tuple[pa.Table, pa.Table]:
    """Statuses and authors."""
    return pq.read_table(folder / "statuses.parquet"), pq.read_table(folder / "authors.parquet")


if __name__ == "__main__":
    drawn(int(sys.argv[1]), Path(sys.argv[2]))
