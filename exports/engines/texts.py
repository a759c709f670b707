"""Short texts of a record, one by one: masked, and their language found."""

from collections import Counter
from collections.abc import Iterable, Mapping

import pyarrow as pa

from exports.engines import language
from exports.engines.pii.port import Masker

Known = Mapping[str, tuple[str, list[dict[str, object]]]]


def masked_together(masker: Masker, texts: Iterable[str]) -> Known:
    """Each text as it is masked, and what was found in it. One call for all: a call costs more than a text."""
    wanted = sorted(set(texts))
    made = masker.mask(pa.array(wanted, pa.large_string()))
    return dict(zip(wanted, zip(made.texts.to_pylist(), made.finds().to_pylist(), strict=True), strict=True))


class Texts:
    """The texts of one record, as they are masked; counts what was found in all of them together."""

    def __init__(self, masker: Masker, known: Known | None = None) -> None:
        self._masker = masker
        self._known = known or {}
        self._found: Counter[str] = Counter()

    def masked(self, text: str) -> str:
        """The text with typed tokens in the place of personal data."""
        if not text:
            return text
        known = self._known if text in self._known else masked_together(self._masker, [text])
        masked, finds = known[text]
        for find in finds:
            self._found[str(find["kind"])] += int(str(find["count"]))
        return masked

    def finds(self) -> list[dict[str, object]]:
        """What was masked so far, as the column `masked` has it."""
        return [{"kind": kind, "count": count} for kind, count in sorted(self._found.items())]


def language_of(*texts: str) -> tuple[str, float]:
    """An ISO 639 code and a score from 0 to 1, of masked texts together."""
    return language.identify(" ".join(text for text in texts if text))
