"""Who is known again: the limits, on real photographs and at their edges."""

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest

from identity.engines.bands import for_gallery
from identity.engines.codes import distance, protect
from identity.engines.images import decode
from identity.engines.ports import Engines
from identity.engines.verification import VerificationLimits, identified, verified

LIMITS = VerificationLimits()
BANDS = for_gallery(62)


@dataclass(frozen=True)
class Somebody:
    person_id: int
    distance: float
    second_distance: float | None = 0.05


def test_one_to_one_is_stricter_than_the_search_for_duplicates() -> None:
    assert for_gallery(1_000_000).duplicate > LIMITS.leading
    assert verified(Somebody(1, 0.22), LIMITS)
    assert verified(Somebody(1, 0.1, None), LIMITS)
    for refused in (None, Somebody(1, 0.23), Somebody(1, 0.25), Somebody(1, 0.1, 0.16)):
        assert not verified(refused, LIMITS)


@pytest.mark.parametrize(
    ("near", "found"),
    [
        ([], None),
        ([Somebody(1, 0.25)], 1),
        # The same person under two live key epochs.
        ([Somebody(1, 0.1), Somebody(1, 0.12)], 1),
        ([Somebody(1, 0.26)], None),
        ([Somebody(1, 0.34, 0.01)], None),
        ([Somebody(1, 0.1, 0.16)], None),
        ([Somebody(1, 0.1, None)], None),
        ([Somebody(1, 0.1), Somebody(2, 0.35)], None),
    ],
    ids=["nobody", "edge", "epochs", "review", "second agrees", "second differs", "no second", "two people"],
)
def test_only_one_person_beyond_doubt_is_found(near: list[Somebody], found: int | None) -> None:
    assert identified(near, BANDS, LIMITS) == found


def test_everybody_of_the_set_is_known_again_and_nobody_as_another(faces: Path, engines: Engines) -> None:
    """62 people with two photographs each, under one key; in one sitting, so an easy set."""
    leading, second = bytes(range(32)), bytes(range(1, 33))
    codes: dict[str, list[tuple[bytes, bytes]]] = {}
    for path in sorted(faces.glob("*/*.jpg")):
        image = decode(path.read_bytes())
        face = engines.detector.detect(image)[0]
        one = protect(engines.embedder.embed(image, face), leading)
        two = protect(engines.second_opinion.embed(image, face), second)
        codes.setdefault(path.parent.name, []).append((one, two))
    pairs = {name: both for name, both in codes.items() if len(both) == 2}
    assert len(pairs) >= 60
    for first, again in pairs.values():
        seen = Somebody(1, distance(first[0], again[0]), distance(first[1], again[1]))
        assert verified(seen, LIMITS)
        assert identified([seen], BANDS, LIMITS) == 1
    for somebody, another in combinations(codes.values(), 2):
        for mine in somebody:
            for theirs in another:
                assert distance(mine[0], theirs[0]) > 0.3
