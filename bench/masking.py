"""How much personal data the export's patterns find in a golden set, and how much they find where there is none.

    python -m bench.masking [--misses] [--masker exports.engines.pii.presidio.PresidioMasker]

The set is tests/exports/golden/*.jsonl: texts in many languages with what is personal in them, by hand and by template,
numbers with check digits made by another library (python-stdnum). A find counts where it has the right kind and covers
all that is personal; it is false where it covers nothing personal of its kind. Numbers of a country that the patterns do
not know, and forms that only a reader understands, are in the set on purpose.
"""

import argparse
import importlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from bench.report import report
from exports.engines.pii.columnar import PatternMasker
from exports.engines.pii.port import Masker

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "exports" / "golden"
Span = tuple[str, int, int]


@dataclass
class Score:
    """Of one kind: what was found, what was missed, and what was found where nothing is."""

    found: int = 0
    missed: int = 0
    false: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Of what is personal, the share that was found."""
        return self.found / max(self.found + self.missed, 1)

    @property
    def precision(self) -> float:
        """Of what was found, the share that is personal."""
        return self.found / max(self.found + self.false, 1)


def examples() -> Iterator[tuple[str, list[Span]]]:
    """Every text with its spans: kind, start, end."""
    for path in sorted(GOLDEN.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            row = json.loads(line)
            spans, at = [], 0
            for kind, value in row["personal"]:
                start = row["text"].index(value, at)
                at = start + len(value)
                spans.append((kind, start, at))
            yield row["text"], spans


def scores(masker: Masker) -> dict[str, Score]:
    """The score of each kind in the set."""
    golden = list(examples())
    texts = pa.array([text for text, _ in golden], pa.large_string())
    masked = masker.mask(texts)
    by_kind: dict[str, Score] = {}
    for (text, expected), told in zip(golden, masked.texts.to_pylist(), strict=True):
        found = spans_of(text, told, masked.kinds)
        for kind, start, end in expected:
            score = by_kind.setdefault(kind, Score())
            if any(one == kind and first <= start and end <= last for one, first, last in found):
                score.found += 1
            else:
                score.missed += 1
                score.misses.append(f"missed: {text}  ->  {told}")
        for kind, start, end in found:
            if not any(one == kind and first < end and start < last for one, first, last in expected):
                score = by_kind.setdefault(kind, Score())
                score.false += 1
                score.misses.append(f"false: {text}  ->  {told}")
    return by_kind


def spans_of(text: str, masked: str, kinds: Sequence[str]) -> list[Span]:
    """Where in `text` the tokens of `masked` stand: what lies between the pieces that were kept."""
    token = re.compile(rf"\[({'|'.join(kinds)})\]")
    pieces, named = token.split(masked)[::2], token.findall(masked)
    match = re.fullmatch("(.+?)".join(re.escape(piece) for piece in pieces), text, re.DOTALL)
    if match is None:
        raise ValueError(f"{masked!r} is not a masked {text!r}")
    return [(kind, *match.span(number)) for number, kind in enumerate(named, start=1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true", help="print every text that was not masked as it should be")
    parser.add_argument("--masker", help="dotted path of another masker")
    options = parser.parse_args()
    masker: Any = PatternMasker()
    if options.masker:
        module, _, name = options.masker.rpartition(".")
        masker = getattr(importlib.import_module(module), name)()
    measured = scores(masker)
    texts = Counter(bool(spans) for _, spans in examples())
    rows = [
        {
            "kind": kind,
            "in the set": score.found + score.missed,
            "found": score.found,
            "false": score.false,
            "recall": score.recall,
            "precision": score.precision,
        }
        for kind, score in sorted(measured.items())
    ]
    report("masking", rows, notes=[f"{texts.total()} texts, {texts[False]} of them with nothing personal in them."])
    if options.misses:
        print("\n".join(line for score in measured.values() for line in score.misses))


if __name__ == "__main__":
    main()
