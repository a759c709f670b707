"""The policy of admission: what meets it, what is told, what cannot be read."""

import datetime as dt
from typing import Any

import pytest

from identity.engines.admission_policy import Held, PolicyInvalid, parse

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def held(kind: str, level: str = "unique", *, days: int = 1) -> Held:
    return Held(kind, level, NOW - dt.timedelta(days=days))


FACE_OR_BOTH = {
    "any": [
        {"kind": "face", "newer_than_days": 365},
        {"all": [{"kind": "passkey", "level": "present"}, {"kind": "referee"}]},
    ]
}


@pytest.mark.parametrize(
    ("credentials", "met"),
    [
        ([], False),
        ([held("face")], True),
        ([held("face", days=366)], False),
        ([held("face", "present")], False),
        ([held("passkey", "present")], False),
        ([held("passkey", "present"), held("referee")], True),
        ([held("world_id")], False),
    ],
    ids=["none", "face", "old face", "weak face", "passkey", "passkey and referees", "another kind"],
)
def test_any_and_all(credentials: list[Held], met: bool) -> None:
    assert parse(FACE_OR_BOTH).met(credentials, NOW) is met


def test_a_person_is_told_what_they_need() -> None:
    assert parse(FACE_OR_BOTH).words() == (
        "one of: a check of your face not older than 365 days; a passkey and two referees who have met you"
    )
    # What only an operator of a development machine can give is nothing to ask for.
    assert parse({"any": [{"kind": "face"}, {"kind": "operator"}]}).words() == "a check of your face"


def test_nobody_is_told_of_what_cannot_be_had_here() -> None:
    policy = parse(
        {"any": [{"kind": "face"}, {"kind": "world_id"}, {"all": [{"kind": "passkey"}, {"kind": "world_id"}]}]}
    )
    assert policy.words(without=["world_id"]) == "a check of your face"


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ([], "made of objects"),
        ({"any": []}, "at least one"),
        ({"any": [{"kind": "face"}], "all": []}, "stands alone"),
        ({"kind": "iris"}, "no credential of kind 'iris'"),
        ({"kind": "face", "level": "certain"}, "no level 'certain'"),
        ({"kind": "face", "newer_than_days": 0}, "1 to 3650"),
        ({"kind": "face", "days": 3}, "not 'days'"),
        ({"any": [{"any": [{"any": [{"any": [{"any": [{"any": [{"kind": "face"}]}]}]}]}]}]}, "at most 5 deep"),
    ],
)
def test_what_cannot_be_read_is_named(expression: Any, sentence: str) -> None:
    with pytest.raises(PolicyInvalid, match=sentence):
        parse(expression)
