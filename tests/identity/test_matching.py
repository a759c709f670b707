"""Known again, or found among everybody: the limits at work in the database, at their edges."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from common.problems import Conflict
from identity.jobs.decision import decide_enrolment
from identity.jobs.found_person import sweep_recoveries
from identity.jobs.matching import decide_match
from identity.models import (
    Account,
    AccountNotice,
    DistinctPeople,
    Enrolment,
    ErasureByFace,
    ErasureReceipt,
    KeyEpoch,
    Person,
    Recovery,
    ReviewCase,
    SecondOpinion,
    Template,
)
from identity.operations.consents import withdraw_consent
from identity.operations.enrolments import open_enrolment
from identity.operations.recovery import begin_completion, stop_recovery
from identity.operations.reverification import require_reverification
from identity.queries.enrolments import digest_of
from identity.queries.notices import in_words
from identity.queries.personhood import personhood_of
from identity.queries.recoveries import state_of
from identity.queries.uniqueness import Codes
from tests.identity.world import credential_of, ready_to_enrol

pytestmark = pytest.mark.django_db
LATER = timezone.now() + timedelta(days=1)


def with_flipped(bits: int, *, of: int = 0) -> bytes:
    """A code that differs from the `of` in so many of its 1,024 bits."""
    return (of ^ ((1 << bits) - 1)).to_bytes(128)


def enrolled(username: str, *, bits: int = 0, second: int = 0) -> Account:
    """Somebody whose code has so many bits set."""
    account = Account.objects.create(username=username)
    ready_to_enrol(account.pk)
    credential_of(account, code=with_flipped(bits))
    template = Template.objects.get(person__account=account)
    SecondOpinion.objects.create(template=template, code=f"{int.from_bytes(with_flipped(second)):01024b}")
    return account


def asked(purpose: str, *, account: Account | None = None) -> Enrolment:
    """An examined capture that waits for its decision."""
    number = Enrolment.objects.count()
    enrolment = Enrolment.objects.create(
        purpose=purpose,
        account=account,
        secret_sha256="" if account else f"{number:064}",
        state="checking",
        challenge=[],
        nonce=str(number),
        deadline=LATER,
        frame_key=b"k",
    )
    if purpose == "recovery":
        Recovery.objects.create(enrolment=enrolment)
    if purpose == "erasure":
        ErasureByFace.objects.create(enrolment=enrolment)
    return enrolment


def decided(enrolment: Enrolment, *, bits: int, second: int = 0) -> Enrolment:
    faces = [
        Codes(epoch, with_flipped(bits), with_flipped(second))
        for epoch in KeyEpoch.objects.filter(state="live").order_by("-number").values_list("number", flat=True)
    ]
    decide = decide_enrolment if enrolment.purpose == "admission" else decide_match
    decide(enrolment_id=enrolment.pk, faces=faces, evidence={}, model="test")
    enrolment.refresh_from_db()
    return enrolment


@pytest.mark.parametrize("purpose", ["recovery", "erasure"])
@pytest.mark.parametrize(
    ("bits", "second", "state"),
    [(256, 158, "matched"), (257, 0, "rejected"), (300, 0, "rejected"), (363, 0, "rejected"), (0, 159, "rejected")],
    ids=["edge", "just beyond", "review band, second agrees", "edge of review", "second differs"],
)
def test_the_review_band_recovers_and_erases_nothing(purpose: str, bits: int, second: int, state: str) -> None:
    enrolled("grace")
    seen = decided(asked(purpose), bits=bits, second=second)
    assert seen.state == state
    assert Template.objects.count() == (0 if (purpose, state) == ("erasure", "matched") else 1)
    assert Recovery.objects.filter(state="matched").exists() == ((purpose, state) == ("recovery", "matched"))


def test_somebody_near_two_people_is_neither() -> None:
    enrolled("grace")
    enrolled("alike", bits=340)
    assert decided(asked("recovery"), bits=0).state == "rejected"
    # Each of them far from the other is found.
    Person.objects.filter(account__username="alike").delete()
    assert decided(asked("recovery"), bits=0).state == "matched"


def test_of_twins_a_person_decides() -> None:
    """Told apart by a reviewer, and far enough today: the other may still be the one who asks."""
    one, other = enrolled("one"), enrolled("other", bits=500)
    first, second = sorted(Person.objects.filter(account__in=[one, other]), key=lambda person: person.pk)
    DistinctPeople.objects.create(first=first, second=second, relation="sibling")
    for purpose in ("recovery", "erasure"):
        refused = decided(asked(purpose), bits=0)
        assert (refused.state, refused.reasons[0]["code"]) == ("rejected", "not_recognised")
        assert "a person can look at it" in refused.reasons[0]["sentence"]
    # Each goes on as themselves.
    assert decided(asked("presence", account=one), bits=0).state == "matched"


def test_a_closed_or_missing_account_is_not_handed_out() -> None:
    grace = enrolled("grace")
    Account.objects.filter(pk=grace.pk).update(is_active=False)
    assert decided(asked("recovery"), bits=0).state == "rejected"
    Account.objects.filter(pk=grace.pk).update(is_active=True)
    Person.objects.update(account=None)
    assert decided(asked("recovery"), bits=0).state == "rejected"


@pytest.mark.parametrize(
    ("bits", "second", "known"),
    [(225, 158, True), (226, 0, False), (256, 0, False), (0, 159, False)],
    ids=["edge", "just beyond", "a duplicate", "second differs"],
)
def test_one_is_known_again_by_a_stricter_limit_than_a_duplicate(bits: int, second: int, known: bool) -> None:
    grace = enrolled("grace")
    assert (decided(asked("presence", account=grace), bits=bits, second=second).state == "matched") == known
    kept = Template.objects.get().code
    assert (decided(asked("renewal", account=grace), bits=bits, second=second).state == "admitted") == known
    assert (Template.objects.get().code == kept) == (not known)


def test_a_code_does_not_drift_by_being_checked_again_and_again() -> None:
    grace = enrolled("grace")
    again = decided(asked("admission", account=grace), bits=240)
    assert (again.state, again.reasons[0]["code"]) == ("rejected", "unlike_before")
    assert decided(asked("admission", account=grace), bits=500).reasons[0]["code"] == "another_face"
    assert decided(asked("admission", account=grace), bits=200).state == "admitted"


def test_somebody_elses_face_is_nobodys_presence() -> None:
    grace = enrolled("grace")
    enrolled("near", bits=100)
    # Within the limit of grace, and nearer to another.
    assert decided(asked("presence", account=grace), bits=90).state == "rejected"
    assert decided(asked("presence", account=grace), bits=20).state == "matched"


def test_a_decision_is_made_once_and_not_without_consent() -> None:
    grace = enrolled("grace")
    first = decided(asked("recovery"), bits=0)
    decided(first, bits=500)
    assert first.state == "matched"
    waiting = asked("presence", account=grace)
    Enrolment.objects.filter(pk=waiting.pk).update(state="expired")
    assert decided(waiting, bits=0).state == "expired"
    renewal = asked("renewal", account=grace)
    withdraw_consent(account_id=grace.pk, purpose="biometric_check")
    assert decided(renewal, bits=0).state == "expired"


def test_requests_of_no_account_are_forgotten_after_a_month() -> None:
    enrolled("grace")
    nobody, found, erased = asked("recovery"), asked("recovery"), asked("erasure")
    decided(nobody, bits=500)
    decided(found, bits=0)
    decided(erased, bits=0)
    waiting = asked("recovery")
    sweep_recoveries()
    assert Enrolment.objects.count() == 4
    Enrolment.objects.exclude(pk=waiting.pk).update(decided_at=timezone.now() - timedelta(days=31))
    assert sweep_recoveries() == 1
    assert set(Enrolment.objects.values_list("pk", flat=True)) == {found.pk, waiting.pk}
    assert set(Recovery.objects.values_list("state", flat=True)) == {"matched", "started"}
    assert (ErasureByFace.objects.count(), ErasureReceipt.objects.count()) == (0, 1)


def test_one_recovery_at_a_time_and_after_three_stops_a_person_looks() -> None:
    grace = enrolled("grace")

    def stop(enrolment: Enrolment) -> None:
        stop_recovery(recovery_id=Recovery.objects.get(enrolment=enrolment).pk, account_id=grace.pk)

    first = decided(asked("recovery"), bits=0)
    second = decided(asked("recovery"), bits=0)
    assert (second.state, second.reasons[0]["code"]) == ("rejected", "recovery_under_way")
    stop(first)
    stop(first)
    stop(decided(asked("recovery"), bits=0))
    assert not ReviewCase.objects.exists()
    third = decided(asked("recovery"), bits=0)
    assert third.state == "matched"
    stop(third)
    case = ReviewCase.objects.get()
    assert (case.kind, case.account_id) == ("recoveries_stopped", grace.pk)
    newest = AccountNotice.objects.filter(account=grace, kind="recovery_stopped").order_by("-pk")[0]
    assert "three times" in in_words(newest).text
    frozen = decided(asked("recovery"), bits=0)
    assert frozen.reasons[0]["code"] == "recovery_frozen"
    # A reviewer lets it go on; what was stopped before counts no more.
    ReviewCase.objects.update(state="decided", outcome="admit", decided_at=timezone.now())
    assert decided(asked("recovery"), bits=0).state == "matched"


def test_stops_of_long_ago_keep_nobody_out() -> None:
    grace = enrolled("grace")
    for _ in range(3):
        matched = Recovery.objects.get(enrolment=decided(asked("recovery"), bits=0))
        stop_recovery(recovery_id=matched.pk, account_id=grace.pk)
    Recovery.objects.update(ended_at=timezone.now() - timedelta(days=31))
    assert decided(asked("recovery"), bits=0).state == "matched"


def test_a_secret_that_lies_about_for_ever_completes_nothing() -> None:
    enrolled("grace")
    late = decided(asked("recovery"), bits=0)
    Recovery.objects.update(revert_until=timezone.now() - timedelta(days=15), secret_sha256=digest_of("secret"))
    recovery = Recovery.objects.select_related("enrolment").get(enrolment=late)
    assert state_of(recovery) == "lapsed"
    with pytest.raises(Conflict) as refusal:
        begin_completion(recovery_id=recovery.pk, secret="secret")
    assert refusal.value.code == "recovery_lapsed"
    assert decided(asked("recovery"), bits=0).state == "matched"
    assert Recovery.objects.filter(state="lapsed").count() == 1


def test_whom_moderators_ask_anew_comes_back_by_the_same_face_at_once() -> None:
    grace = enrolled("grace")
    with transaction.atomic():
        require_reverification(account_id=grace.pk)
    assert not personhood_of([grace.pk])[grace.pk].admitted
    opened = open_enrolment(account_id=grace.pk, address="192.0.2.1", purpose=Enrolment.Purpose.RENEWAL)
    Enrolment.objects.filter(pk=opened.pk).update(state="checking")
    assert decided(opened, bits=0).state == "admitted"
    assert personhood_of([grace.pk])[grace.pk].admitted
