"""Which language a record's text is in."""

import re

from common.languages import LONGEST, likeliest

UNKNOWN = "und"  # ISO 639-2: undetermined
LEAST_SCORE = 0.4
NOT_LANGUAGE = re.compile(r"\[(?:EMAIL|HANDLE|IBAN|CARD|IP|PHONE)\]|https?://\S+|[#\d]+|\s+")


def identify(text: str) -> tuple[str, float]:
    """An ISO 639 code and a score from 0 to 1; "und" where the text is too short or too mixed to tell."""
    plain = NOT_LANGUAGE.sub(" ", text).strip()[:LONGEST]
    if len(plain) < 4:
        return UNKNOWN, 0.0
    language, found = likeliest(plain)
    score = round(found, 3)
    return (language, score) if score >= LEAST_SCORE else (UNKNOWN, score)
