"""Which language a record's text is in, where it was not found when it was posted."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from common.languages import LONGEST, likeliest

UNKNOWN = "und"  # ISO 639-2: undetermined
LEAST_SCORE = 0.4
NOT_LANGUAGE = re.compile(r"\[[A-Z_]{2,20}\]|https?://\S+|[@#]?[\w.-]*@[\w.-]+|[#\d]+|\s+")


def identify(text: str) -> tuple[str, float]:
    """An ISO 639 code and a score from 0 to 1; "und" where the text is too short or too mixed to tell."""
    plain = NOT_LANGUAGE.sub(" ", text).strip()[:LONGEST]
    if len(plain) < 4:
        return UNKNOWN, 0.0
    language, found = likeliest(plain)
    score = round(found, 3)
    return (language, score) if score >= LEAST_SCORE else (UNKNOWN, score)


def completed(texts: pa.Array, languages: pa.Array, scores: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Languages and scores with those that were null found in `texts`: most of a plan's time where all are."""
    missing = np.flatnonzero(pc.is_null(languages).to_numpy(zero_copy_only=False))
    if not len(missing):
        return languages, scores
    found = [identify(text) for text in texts.take(pa.array(missing)).to_pylist()]
    chosen = np.zeros(len(texts), np.bool_)
    chosen[missing] = True
    mask = pa.array(chosen)
    codes = pa.array([code for code, _ in found], pa.large_string())
    return (
        pc.replace_with_mask(languages.cast(pa.large_string()), mask, codes),
        pc.replace_with_mask(scores.cast(pa.float32()), mask, pa.array([score for _, score in found], pa.float32())),
    )
