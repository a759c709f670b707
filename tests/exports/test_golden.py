"""The golden set of personal data: what the patterns find, and what they leave alone, may only get better."""

import pytest

from bench.masking import examples, scores
from exports.engines.pii.columnar import PatternMasker

# (recall, precision) as measured by `python -m bench.masking`, less what one text more or less would change.
FLOORS = {
    "CARD": (1.0, 0.96),
    "EMAIL": (0.94, 0.97),
    "HANDLE": (0.92, 0.96),
    "IBAN": (1.0, 1.0),
    "IP": (1.0, 0.91),
    "NATIONAL_ID": (0.96, 1.0),
    "PHONE": (0.92, 0.91),
}


def test_the_set_has_something_of_every_kind_and_much_that_is_nothing() -> None:
    golden = list(examples())
    assert {kind for _, spans in golden for kind, *_ in spans} == set(FLOORS)
    assert sum(not spans for _, spans in golden) > 100


@pytest.mark.parametrize("kind", FLOORS)
def test_recall_and_precision_hold(kind: str) -> None:
    score = scores(PatternMasker())[kind]
    recall, precision = FLOORS[kind]
    assert score.recall >= recall, score.misses
    assert score.precision >= precision, score.misses
