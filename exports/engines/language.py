"""Which language a record's text is in, where it was not found when it was posted."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from common.languages import UNKNOWN, identify

__all__ = ["UNKNOWN", "completed", "identify"]


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
