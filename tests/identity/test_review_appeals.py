"""Appeals against a refusal, and cases that go on with another capture."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.problems import Conflict, NotFound
from identity.models import (
    AccountNotice,
    CaseCandidate,
    Credential,
    Enrolment,
    HeldFrame,
    KeyEpoch,
    PendingCode,
    Person,
    ReviewCase,
)
from identity.operations.reviews import appeal
from identity.queries.notices import in_words
from identity.queries.review_queue import queue
from tests.identity.reviewing import PICTURE, case_of, checked, code, decides, newcomer, reviewer

pytestmark = pytest.mark.django_db


def test_an_appeal_is_decided_on_a_new_capture_by_others() -> None:
    newcomer("first", 0, 0)
    account, judges = newcomer("second", 300, 100), [reviewer(name) for name in ("one", "two", "three")]
    refused = case_of(account)
    decides(judges[0], refused, "refuse")
    decides(judges[1], refused, "confirm_refusal")
    appealed = appeal(account_id=account.pk, number=refused.number, text="My cousin is here, not I.")
    assert (appealed.kind, appealed.state, appealed.statement) == (
        "appeal",
        "awaiting_capture",
        "My cousin is here, not I.",
    )
    assert appeal(account_id=account.pk, number=refused.number, text="again").pk == appealed.pk
    assert checked(account, code(300), code(100)).state == "review"
    for judge in judges[:2]:
        assert appealed.number not in [each.number for each in queue(reviewer_id=judge.pk)[0]]
        with pytest.raises(NotFound):
            decides(judge, appealed, "refuse")
    decides(judges[2], appealed, "admit")
    assert Credential.objects.filter(account=account, ended_at=None).exists()
    with pytest.raises(Conflict, match="appealed already"):
        appeal(account_id=account.pk, number=refused.number, text="and again")


def test_an_appeal_has_its_time_and_its_one_turn() -> None:
    newcomer("first", 0, 0)
    account, one, other = newcomer("second", 300, 100), reviewer("one"), reviewer("other")
    case = case_of(account)
    with pytest.raises(Conflict, match="Only the refusal"):
        appeal(account_id=account.pk, number=case.number, text="too early")
    decides(one, case, "refuse")
    decides(other, case, "confirm_refusal")
    ReviewCase.objects.update(decided_at=timezone.now() - timedelta(days=31))
    with pytest.raises(Conflict, match="30 days"):
        appeal(account_id=account.pk, number=case.number, text="too late")


def test_a_capture_under_keys_that_have_changed_must_be_made_again() -> None:
    newcomer("first", 0, 0)
    account, judge = newcomer("second", 300, 100), reviewer("judge")
    KeyEpoch.objects.create(number=2, check_value="of a later test")
    with pytest.raises(Conflict) as outdated:
        decides(judge, case_of(account), "admit")
    assert outdated.value.code == "capture_outdated"
    assert not Person.objects.filter(account=account).exists()


def test_a_better_capture_continues_the_case_with_the_whole_of_the_time() -> None:
    newcomer("first", 0, 0)
    account, judge = newcomer("second", 300, 100, pictures=(PICTURE,)), reviewer("judge")
    case = case_of(account)
    ReviewCase.objects.update(deadline=timezone.now() + timedelta(days=1))
    decides(judge, case, "better_capture", reasons="The light comes from behind: face a window.")
    assert case_of(account).state == "awaiting_capture"
    assert case_of(account).deadline > timezone.now() + timedelta(days=13)
    asked = in_words(AccountNotice.objects.get(account=account, kind="review_capture_asked"))
    assert "better capture" in asked.subject
    assert case.number in asked.text
    assert "face a window" in Enrolment.objects.get(account=account).reasons[0]["sentence"]
    assert not PendingCode.objects.exists()
    assert not HeldFrame.objects.exists()
    with pytest.raises(Conflict, match="new capture"):
        decides(judge, case, "admit")
    checked(account, code(500), code(500))
    assert (case_of(account).pk, case_of(account).state, case_of(account).captures) == (case.pk, "open", 2)
    # Who was near the first capture is not forgotten over a second that is unlike it.
    assert CaseCandidate.objects.get(case=case).capture == 1
    decides(judge, case, "admit")
    assert Enrolment.objects.filter(account=account, state="admitted").count() == 1
