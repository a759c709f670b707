"""New, review, duplicate: the bands at work in the database."""

import pytest

from identity.jobs.decision import decide_enrolment
from identity.models import Account, Enrolment, KeyEpoch, Person, SecondOpinion, Template
from identity.operations.enrolments import open_enrolment
from identity.queries.uniqueness import Codes, candidates
from tests.identity.world import ready_to_enrol

pytestmark = pytest.mark.django_db


def with_flipped(bits: int) -> bytes:
    """A code that differs from all zeros in so many of its 1,024 bits."""
    return ((1 << bits) - 1).to_bytes(128)


def decided(username: str, leading: bytes, second: bytes) -> Enrolment:
    account = Account.objects.create(username=username)
    ready_to_enrol(account.pk)
    KeyEpoch.objects.get_or_create(number=1, defaults={"check_value": "of a test"})
    enrolment = Enrolment.objects.create(
        account=account, state="checking", challenge=[], nonce=username, deadline="2100-01-01T00:00:00Z", frame_key=b"k"
    )
    decide_enrolment(enrolment_id=enrolment.pk, faces=[Codes(1, leading, second)], evidence={}, model="test")
    enrolment.refresh_from_db()
    return enrolment


@pytest.mark.parametrize(
    ("leading", "second", "state", "code"),
    [
        (0, 0, "rejected", "duplicate"),
        (256, 500, "rejected", "duplicate"),
        (300, 100, "review", "uncertain"),
        (300, 500, "admitted", None),
        (400, 0, "admitted", None),
    ],
    ids=["same", "near", "second opinion agrees", "second opinion differs", "far"],
)
def test_bands(leading: int, second: int, state: str, code: str | None) -> None:
    assert decided("first", with_flipped(0), with_flipped(0)).state == "admitted"
    newcomer = decided("second", with_flipped(leading), with_flipped(second))
    assert newcomer.state == state
    assert [reason["code"] for reason in newcomer.reasons] == ([code] if code else [])
    assert Person.objects.count() == (2 if state == "admitted" else 1)
    assert newcomer.frame_key is None


def test_without_every_second_code_a_person_reviews() -> None:
    decided("first", with_flipped(0), with_flipped(0))
    SecondOpinion.objects.all().delete()
    assert decided("second", with_flipped(300), with_flipped(500)).state == "review"


def test_a_decision_is_made_once() -> None:
    first = decided("first", with_flipped(0), with_flipped(0))
    decide_enrolment(
        enrolment_id=first.pk, faces=[Codes(1, with_flipped(0), with_flipped(0))], evidence={}, model="test"
    )
    assert Person.objects.count() == Template.objects.count() == 1


def test_the_scan_finds_everybody_near_and_nobody_else() -> None:
    for number, bits in enumerate((0, 10, 100, 348, 349, 500)):
        person = Person.objects.create(account=Account.objects.create(username=f"person{number}"))
        epoch, _ = KeyEpoch.objects.get_or_create(number=1, defaults={"check_value": "of a test"})
        code = f"{int.from_bytes(with_flipped(bits)):01024b}"
        Template.objects.create(person=person, key_epoch=epoch, code=code, model="test")
    found = candidates([Codes(1, with_flipped(0), with_flipped(0))], within=0.34)
    assert [round(candidate.distance * 1024) for candidate in found] == [0, 10, 100, 348]


def test_the_account_opens_with_a_fresh_challenge() -> None:
    account = Account.objects.create(username="grace")
    ready_to_enrol(account.pk)
    enrolment = open_enrolment(account_id=account.pk, address="192.0.2.7")
    assert len(set(enrolment.challenge)) == 3
    assert len(bytes(enrolment.frame_key or b"")) == 32
