"""What opens a case, what it keeps, and that nothing of it outlives it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from common.models import Event
from identity.jobs.review_cases import ABOUT, open_case
from identity.jobs.sweep_reviews import sweep_reviews
from identity.models import (
    AccountNotice,
    CaseCandidate,
    Credential,
    Enrolment,
    PendingCode,
    Person,
    ReviewCase,
    Template,
)
from identity.operations.consents import withdraw_consent
from identity.queries.notices import in_words
from tests.identity.reviewing import case_of, checked, code, newcomer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("leading", "second", "kind", "state"),
    [(300, 100, "review_band", "review"), (100, 500, "duplicate_refused", "rejected")],
)
def test_whoever_is_not_admitted_over_a_likeness_has_a_case(leading: int, second: int, kind: str, state: str) -> None:
    newcomer("first", 0, 0)
    account = newcomer("second", leading, second)
    case = case_of(account)
    assert (case.kind, case.state, case.captures) == (kind, "open", 1)
    assert timedelta(days=13) < case.deadline - timezone.now() < timedelta(days=15)
    enrolment = Enrolment.objects.get(account=account)
    assert enrolment.state == state
    assert case.number in enrolment.reasons[0]["sentence"]
    assert PendingCode.objects.filter(case=case).count() == 1
    candidate = CaseCandidate.objects.get(case=case)
    assert (round(candidate.distance * 1024), round((candidate.second_distance or 0) * 1024)) == (leading, second)
    opened = Event.objects.get(kind="review.opened")
    assert opened.data == {"number": case.number, "kind": kind, "about": "face"}
    assert not Person.objects.filter(account=account).exists()
    words = in_words(AccountNotice.objects.get(account=account))
    assert case.number in words.subject
    assert "a person decides" in words.text


def test_whoever_is_admitted_or_of_another_face_has_none() -> None:
    account = newcomer("first", 0, 0)
    newcomer("far", 500, 500)
    assert checked(account, code(600), code(600)).reasons[0]["code"] == "another_face"
    assert not ReviewCase.objects.exists()


def test_while_a_person_is_at_it_a_better_chosen_capture_admits_nobody() -> None:
    newcomer("first", 0, 0)
    account = newcomer("second", 300, 100)
    again = checked(account, code(500), code(500))
    case = case_of(account)
    assert again.state == "review"
    assert (case.captures, case.revision, case.enrolment_id) == (2, 2, again.pk)
    assert Enrolment.objects.get(account=account, state="expired").reasons[0]["code"] == "captured_again"
    # Who was near the first capture is still to be judged.
    assert CaseCandidate.objects.get(case=case).capture == 1
    assert PendingCode.objects.filter(case=case).count() == 1
    assert not Credential.objects.filter(account=account).exists()


def test_past_the_deadline_nothing_is_refused_and_nothing_kept() -> None:
    newcomer("first", 0, 0)
    account = newcomer("second", 300, 100)
    ReviewCase.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    sweep_reviews()
    sweep_reviews()
    case = case_of(account)
    assert (case.state, case.outcome) == ("lapsed", "not_decided")
    assert "our fault" in case.reasons
    assert not PendingCode.objects.exists()
    assert not CaseCandidate.objects.exists()
    assert Enrolment.objects.get(account=account).state == "expired"
    assert Event.objects.filter(kind="review.lapsed").count() == 1
    assert "nothing was refused" in in_words(AccountNotice.objects.get(kind="review_ended")).text
    # Whom we let down does not wait for as long again.
    checked(account, code(300), code(100))
    assert case_of(account).deadline - timezone.now() < timedelta(days=4)


def test_withdrawing_the_check_ends_the_case_and_keeps_nothing() -> None:
    newcomer("first", 0, 0)
    account = newcomer("second", 300, 100)
    withdraw_consent(account_id=account.pk, purpose="biometric_check")
    case = case_of(account)
    assert (case.state, case.outcome) == ("decided", "withdrawn")
    assert not PendingCode.objects.exists()
    assert not CaseCandidate.objects.exists()
    assert Enrolment.objects.get(account=account).reasons[0]["code"] == "consent_withdrawn"
    assert Template.objects.count() == 1


def test_a_doubted_referee_opens_a_case_that_a_face_does_not_end() -> None:
    account = newcomer("vouched", 0, 0)
    for _ in range(2):
        with transaction.atomic():
            opened = open_case(
                account_id=account.pk,
                kind=ReviewCase.Kind.REFEREE_RECORD,
                reasons=[{"code": "referee_suspended", "sentence": "A referee who vouched for you was suspended."}],
            )
    assert ReviewCase.objects.count() == 1
    assert (opened.grounds[0]["code"], opened.revision) == ("referee_suspended", 2)
    assert checked(account, code(0), code(0)).state == "admitted"
    withdraw_consent(account_id=account.pk, purpose="biometric_check")
    assert case_of(account).state == "open"


def test_every_kind_of_case_has_its_question() -> None:
    assert set(ABOUT) == set(ReviewCase.Kind) - {ReviewCase.Kind.APPEAL}
