"""Of pairs of texts, how alike each is in truth and whether the export takes them for near-duplicates.

    python -m bench.near_duplicates --pairs 20000

A text of 10 to 60 words of the demo world, and the same with some of its words drawn anew, at their places: so many that
every similarity from none to all occurs. True is the Jaccard similarity of their sets of two neighbouring words, as the
rule of exports/engines/duplicates.py has it. Found are those that share a band of MinHash and agree in enough of its
hashes. What lies beyond the threshold is right, and right to be found: recall and precision are of that, where pairs of
every similarity come equally often.
"""

import argparse
import random
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bench.export_texts import keys
from bench.report import report
from exports.engines.bands import band_keys
from exports.engines.columns import AUTHORS, STATUSES
from exports.engines.duplicates import SHINGLE
from exports.engines.pieces import Pieces
from exports.engines.plan import Transformation
from exports.engines.similarity import NEAR
from seeds.phrases import LANGUAGES, said

EDGES = (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
SHORTEST, LONGEST = 10, 60


def pair(lots: random.Random, words: list[str]) -> tuple[str, str]:
    """A text, and the same with a share of its words drawn anew."""
    one = [lots.choice(words) for _ in range(lots.randint(SHORTEST, LONGEST))]
    share = lots.random() ** 2
    two = [lots.choice(words) if lots.random() < share else word for word in one]
    return " ".join(one), " ".join(two)


def similarity(one: str, two: str) -> float:
    """Jaccard, of the sets of neighbouring words."""
    sets = []
    for words in (one.split(), two.split()):
        sets.append({tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def taken_for_near(ones: list[str], twos: list[str]) -> NDArray[np.bool_]:
    """What the export would say of each pair, were it alone."""
    texts = [*ones, *twos]
    filled = dict.fromkeys(STATUSES.names) | {"account_id": 1, "language": "en", "language_score": 1.0, "created": 0}
    rows = [
        filled | {"id": at, "text": text, "favourites": 0, "reblogs": 0, "replies": 0} for at, text in enumerate(texts)
    ]
    author = pa.Table.from_pylist([{"account_id": 1}], AUTHORS)
    made = Transformation(keys()).apply(statuses=pa.Table.from_pylist(rows, STATUSES), authors=author).beside
    signatures = Pieces(made.sort_by("status_id")).picked("signature", np.arange(made.num_rows))
    first, second = signatures[: len(ones)], signatures[len(ones) :]
    sharing = (band_keys(first) == band_keys(second)).any(axis=1)
    found: NDArray[np.bool_] = sharing & ((first == second).mean(axis=1) >= NEAR)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20_000)
    options = parser.parse_args()
    lots = random.Random(11)
    words = sorted(
        {word for language in LANGUAGES for _ in range(400) for word in said(lots, language).lower().split()}
    )
    words = [word for word in words if word.isalpha() and word.isascii()]
    drawn = [pair(lots, words) for _ in range(options.pairs)]
    true = np.array([similarity(one, two) for one, two in drawn])
    found = taken_for_near([one for one, _ in drawn], [two for _, two in drawn])
    rows: list[dict[str, Any]] = []
    right, wrong, width = 0.0, 0.0, 0.0
    for low, high in pairwise(EDGES):
        there = (true >= low) & ((true < high) | (high == 1))
        share = float(found[there].mean())
        rows.append({"true similarity": f"{low:.2f} to {high:.2f}", "pairs": int(there.sum()), "found": share})
        if low >= NEAR:
            right, width = right + share * (high - low), width + high - low
        else:
            wrong += share * (high - low)
    recall, precision = right / width, right / (right + wrong)
    note = (
        f"{len(words)} words; recall {recall:.3f} and precision {precision:.3f} at {NEAR}, every similarity as often."
    )
    report("near_duplicates", rows, notes=[note])


if __name__ == "__main__":
    main()
