"""Pictures that reviewers may look at: sealed, each look logged, and gone in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.problems import NotFound
from identity.jobs.sweep_reviews import sweep_reviews
from identity.models import (
    HeldCapture,
    HeldCaptureView,
    HeldFrame,
)
from identity.operations.consents import withdraw_consent
from identity.operations.review_decisions import view_held_frame
from tests.identity.reviewing import PICTURE, case_of, checked, code, decides, newcomer, reviewer

pytestmark = pytest.mark.django_db


def test_held_pictures_are_sealed_and_every_look_is_logged() -> None:
    newcomer("first", 0, 0)
    account, judge = newcomer("second", 300, 100, pictures=(PICTURE, PICTURE + b"2")), reviewer("judge")
    case = case_of(account)
    assert HeldCapture.objects.get(case=case).frames == 2
    assert PICTURE[4:20] not in b"".join(bytes(row.sealed) for row in HeldFrame.objects.all())
    assert view_held_frame(reviewer_id=judge.pk, number=case.number, frame=1) == PICTURE
    assert view_held_frame(reviewer_id=judge.pk, number=case.number, frame=2) == PICTURE + b"2"
    assert [(view.reviewer_id, view.frame) for view in HeldCaptureView.objects.order_by("pk")] == [
        (judge.pk, 1),
        (judge.pk, 2),
    ]
    with pytest.raises(NotFound):
        view_held_frame(reviewer_id=judge.pk, number=case.number, frame=3)
    # Moved to another place it cannot be opened.
    HeldFrame.objects.filter(number=2).update(number=5)
    with pytest.raises(NotFound):
        view_held_frame(reviewer_id=judge.pk, number=case.number, frame=5)
    assert HeldCaptureView.objects.count() == 2
    decides(judge, case, "admit")
    assert not HeldCapture.objects.exists()
    assert HeldCaptureView.objects.count() == 2


def test_held_pictures_are_gone_after_seven_days_and_unseen_from_that_moment() -> None:
    newcomer("first", 0, 0)
    account, judge = newcomer("second", 300, 100, pictures=(PICTURE,)), reviewer("judge")
    held = HeldCapture.objects.get()
    assert held.expires_at - held.held_at <= timedelta(days=7, seconds=1)
    HeldCapture.objects.update(expires_at=timezone.now())
    with pytest.raises(NotFound):
        view_held_frame(reviewer_id=judge.pk, number=case_of(account).number, frame=1)
    sweep_reviews()
    assert not HeldFrame.objects.exists()
    assert not HeldCapture.objects.exists()
    assert case_of(account).state == "open"


def test_withdrawing_the_consent_to_hold_deletes_at_once() -> None:
    newcomer("first", 0, 0)
    account = newcomer("second", 300, 100, pictures=(PICTURE,))
    withdraw_consent(account_id=account.pk, purpose="review_hold")
    assert not HeldFrame.objects.exists()
    assert not HeldCapture.objects.exists()
    assert case_of(account).state == "open"


def test_without_consent_no_picture_is_held() -> None:
    newcomer("first", 0, 0)
    account = newcomer("second", 600, 600)
    withdraw_consent(account_id=account.pk, purpose="biometric_check")
    third = newcomer("third", 300, 100)
    checked(third, code(300), code(100), pictures=(PICTURE,))
    assert not HeldCapture.objects.exists()
