"""Short texts of a record, one by one: masked, and their language found."""

from collections import Counter

import pyarrow as pa

from exports.engines import language
from exports.engines.pii.port import Masker


class Texts:
    """The texts of one record, as they are masked; counts what was found in all of them together."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._found: Counter[str] = Counter()

    def masked(self, text: str) -> str:
        """The text with typed tokens in the place of personal data."""
        if not text:
            return text
        made = self._masker.mask(pa.array([text], pa.large_string()))
        for find in made.finds()[0].as_py():
            self._found[find["kind"]] += find["count"]
        return str(made.texts[0].as_py())

    def finds(self) -> list[dict[str, object]]:
        """What was masked so far, as the column `masked` has it."""
        return [{"kind": kind, "count": count} for kind, count in sorted(self._found.items())]


def language_of(*texts: str) -> tuple[str, float]:
    """An ISO 639 code and a score from 0 to 1, of masked texts together."""
    return language.identify(" ".join(text for text in texts if text))
