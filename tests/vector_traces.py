"""How an embedding would look in text: numbers side by side, or its bytes in hex, base64 or escaped.

One number alone proves nothing: among megabytes of logs a duration has the same digits by chance. Whoever writes a vector
writes its numbers beside each other.
"""

import re
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tests.privacy_watch import traces_of

# No digit or colon before it: the seconds of a time such as 12:40.512345 are no part of a face.
NUMBER = re.compile(r"(?<![\d.:])-?(?:\d\.\d+[eE][-+]?\d+|\d?\.\d{3,})")
# Between two numbers: "), np.float32(", a comma, or numpy's end of a line.
DISTANCE = 20
# Half of the fifth decimal, and what float32 loses.
TOLERANCE = 6e-6


def vector_traces(text: str, vector: NDArray[np.float32]) -> list[str]:
    """What of the vector is in the text, each as a few characters of it; empty where nothing is."""
    return _side_by_side(text, vector) + _bytes(text, vector)


def _side_by_side(text: str, vector: NDArray[np.float32]) -> list[str]:
    values = np.asarray(vector, dtype=np.float64)
    # Next to nothing is printed as nothing, and would be found beside any other zero.
    neighbours = [pair for pair in pairwise(values) if min(abs(pair[0]), abs(pair[1])) > 10 * TOLERANCE]
    pairs = np.array([*neighbours, *((second, first) for first, second in neighbours)])
    found = []
    for first, second in pairwise(NUMBER.finditer(text)):
        if second.start() - first.end() > DISTANCE:
            continue
        here = np.array([float(first[0]), float(second[0])])
        if (np.abs(pairs - here) <= TOLERANCE).all(axis=1).any():
            found.append(text[first.start() : second.end()])
    return found


def _bytes(text: str, vector: NDArray[np.float32]) -> list[str]:
    contents = [np.asarray(vector, dtype=kind).tobytes() for kind in ("<f4", "<f8")]
    return [trace for content in contents for trace in traces_of(content) if trace in text]
