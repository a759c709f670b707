"""What has no form: names and places, by Microsoft's Presidio, where the operator has installed it with its models.

    EXPORT_MASKER=exports.engines.pii.presidio.PresidioMasker

Neither `presidio-analyzer` nor a spaCy model is among the house's dependencies. Everything that has a form is masked by
the patterns first, so that the model sees no address and no number.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from exports.engines.pii.columnar import PatternMasker
from exports.engines.pii.port import Masked

ENTITIES = {"PERSON": "PERSON", "LOCATION": "PLACE", "NRP": "GROUP"}
LEAST_SCORE = 0.6


@lru_cache(maxsize=1)
def default_analyzer() -> Any:
    """Presidio's analyzer with the models that its own configuration names."""
    from presidio_analyzer import AnalyzerEngine

    return AnalyzerEngine()


@dataclass(frozen=True)
class PresidioMasker:
    """The patterns, then named entities, in the languages for which Presidio has a model."""

    analyzer: Any = None
    languages: frozenset[str] = field(default=frozenset({"en"}))

    def mask(self, texts: pa.Array, languages: pa.Array | None = None) -> Masked:
        """Texts in other languages are left to the patterns; a text without a language is taken for English."""
        by_form = PatternMasker().mask(texts)
        analyzer = self.analyzer or default_analyzer()
        kinds = (*by_form.kinds, *ENTITIES.values())
        counts = np.zeros((len(texts), len(kinds)), np.int32)
        counts[:, : len(by_form.kinds)] = by_form.counts
        codes = languages.to_pylist() if languages is not None else [None] * len(texts)
        masked = []
        for row, (text, code) in enumerate(zip(by_form.texts.to_pylist(), codes, strict=True)):
            found: Counter[str] = Counter()
            code = code or "en"
            masked.append(_named_masked(analyzer, text, code, found) if code in self.languages else text)
            for kind, number in found.items():
                counts[row, kinds.index(kind)] = number
        return Masked(pa.array(masked, texts.type), kinds, counts)

    def describe(self) -> dict[str, Any]:
        """The patterns' kinds and Presidio's."""
        known = PatternMasker().describe()
        return {
            **known,
            "name": "presidio",
            "kinds": [*known["kinds"], *ENTITIES.values()],
            "models": ["presidio-analyzer"],
            "languages": sorted(self.languages),
        }


def _named_masked(analyzer: Any, text: str, language: str, found: Counter[str]) -> str:
    results = analyzer.analyze(text=text, language=language, entities=list(ENTITIES))
    end = len(text)
    for result in sorted(results, key=lambda each: (each.start, each.end), reverse=True):
        # Overlapping finds: the later one stands. What the patterns put in is no name.
        if result.score < LEAST_SCORE or result.end > end or "[" in text[result.start : result.end]:
            continue
        kind = ENTITIES[result.entity_type]
        found[kind] += 1
        text = f"{text[: result.start]}[{kind}]{text[result.end :]}"
        end = result.start
    return text
