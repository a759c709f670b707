"""What reviewers decide, what comes of it, and who may not decide."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, close_old_connections, connections, transaction
from django.utils import timezone

from common.models import Event
from common.problems import Conflict, NotAllowed, Problem
from identity.jobs.review_cases import open_case
from identity.jobs.sweep_reviews import sweep_reviews
from identity.models import (
    CaseCandidate,
    Credential,
    DistinctPeople,
    Enrolment,
    PendingCode,
    Person,
    ReviewCase,
    ReviewDecision,
    Template,
)
from identity.operations.consents import withdraw_consent
from identity.operations.review_decisions import decide_case
from identity.operations.reviews import appeal
from tests.identity.reviewing import WHY, case_of, checked, code, decides, newcomer, reviewer
from tests.identity.world import consent

pytestmark = pytest.mark.django_db


def test_whoever_is_admitted_by_a_reviewer_is_told_apart_from_then_on() -> None:
    first, judge = newcomer("first", 0, 0), reviewer("judge")
    account = newcomer("second", 300, 100)
    decides(judge, case_of(account), "admit")
    assert Enrolment.objects.get(account=account).state == "admitted"
    assert Credential.objects.get(account=account, ended_at=None).method == "face-gestures-1-reviewed"
    case = case_of(account)
    assert (case.state, case.outcome, case.reasons) == ("decided", "admit", WHY)
    assert not PendingCode.objects.exists()
    assert not CaseCandidate.objects.exists()
    assert DistinctPeople.objects.get().relation == "different"
    # Both sides: neither lands in a review again over the other.
    assert checked(account, code(300), code(100)).state == "admitted"
    assert checked(first, code(0), code(0)).state == "admitted"
    assert Person.objects.count() == Template.objects.count() == 2


def test_twins_are_known_at_the_next_check_and_a_third_is_near_both() -> None:
    first, judge = newcomer("first", 0, 0), reviewer("judge")
    twin = newcomer("twin", 200, 500)
    case = case_of(twin)
    assert case.kind == "duplicate_refused"
    decides(judge, case, "admit_as_sibling", siblings=[1])
    assert DistinctPeople.objects.get().relation == "sibling"
    assert case_of(twin).outcome == "admit_as_sibling"
    assert checked(twin, code(200), code(500)).state == "admitted"
    assert checked(first, code(0), code(0)).state == "admitted"
    third = newcomer("third", 100, 0)
    assert sorted(CaseCandidate.objects.filter(case=case_of(third)).values_list("number", flat=True)) == [1, 2]
    assert not Person.objects.filter(account=third).exists()


def test_a_twin_who_shows_their_face_in_the_others_account_is_not_left_out() -> None:
    first, judge = newcomer("first", 0, 0), reviewer("judge")
    twin = newcomer("twin", 200, 150)
    decides(judge, case_of(twin), "admit_as_sibling", siblings=[1])
    assert checked(first, code(190), code(140)).reasons[0]["code"] == "duplicate"
    # Without a code of one's own there is nothing to tell the two apart by.
    withdraw_consent(account_id=first.pk, purpose="biometric_check")
    assert not DistinctPeople.objects.exists()
    consent(first.pk)
    assert checked(first, code(200), code(150)).reasons[0]["code"] == "duplicate"


def test_nobody_is_refused_by_one_person_alone() -> None:
    newcomer("first", 0, 0)
    account, one, other = newcomer("second", 300, 100), reviewer("one"), reviewer("other")
    case = case_of(account)
    decides(one, case, "refuse")
    assert case_of(account).state == "awaiting_second_reviewer"
    assert Enrolment.objects.get(account=account).state == "review"
    with pytest.raises(NotAllowed, match="Another reviewer"):
        decides(one, case, "confirm_refusal")
    with pytest.raises(Conflict, match="waits to be confirmed"):
        decides(other, case, "admit")
    decides(other, case, "return_to_review")
    assert case_of(account).state == "open"
    decides(other, case, "refuse")
    decides(one, case, "confirm_refusal", reasons="I see the same person too.")
    refused = case_of(account)
    assert (refused.state, refused.outcome) == ("decided", "refuse")
    assert refused.reasons == f"{WHY}\n\nI see the same person too."
    reason = Enrolment.objects.get(account=account).reasons[0]
    assert (reason["code"], "Two reviewers" in reason["sentence"]) == ("review_refused", True)
    assert not PendingCode.objects.exists()
    assert not CaseCandidate.objects.exists()
    assert ReviewDecision.objects.count() == 4
    with pytest.raises(Conflict, match="decided"):
        decides(one, case, "admit")


def test_an_unconfirmed_refusal_lapses_in_nobodys_disfavour() -> None:
    newcomer("first", 0, 0)
    account = newcomer("second", 300, 100)
    case = case_of(account)
    decides(reviewer("one"), case, "refuse")
    ReviewCase.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Conflict, match="deadline"):
        decides(reviewer("other"), case, "confirm_refusal")
    sweep_reviews()
    assert (case_of(account).state, case_of(account).outcome) == ("lapsed", "not_decided")


def test_somebody_admitted_since_sends_an_admission_back() -> None:
    newcomer("first", 0, 0)
    account, judge = newcomer("second", 300, 100), reviewer("judge")
    case = case_of(account)
    # Let in meanwhile, when the newcomer was no more than pending.
    person = Person.objects.create()
    Template.objects.create(person=person, key_epoch_id=1, code=f"{int.from_bytes(code(310)):01024b}", model="test")
    with pytest.raises(Conflict, match="have not seen") as sent_back:
        decides(judge, case, "admit")
    assert sent_back.value.code == "new_candidate"
    case = case_of(account)
    assert (case.state, case.revision, CaseCandidate.objects.filter(case=case).count()) == ("open", 2, 2)
    assert not ReviewDecision.objects.exists()
    decides(judge, case, "admit")
    assert DistinctPeople.objects.count() == 2


def test_the_decision_is_of_what_was_seen_and_a_retry_changes_nothing() -> None:
    newcomer("first", 0, 0)
    account, judge, other = newcomer("second", 300, 100), reviewer("judge"), reviewer("other")
    case = case_of(account)
    with pytest.raises(Conflict) as stale:
        decides(judge, case, "admit", revision=7)
    assert stale.value.code == "case_changed"
    decides(judge, case, "admit", revision=1)
    decides(judge, case, "admit", revision=1)
    assert ReviewDecision.objects.count() == 1
    with pytest.raises(Conflict):
        decides(other, case, "admit", revision=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewDecision.objects.update(reasons="others")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"outcome": "perhaps"}, "outcome"),
        ({"outcome": "admit", "reasons": "no"}, "reasons"),
        ({"outcome": "admit", "reasons": "x" * 2001}, "reasons"),
        ({"outcome": "admit_as_sibling"}, "siblings"),
        ({"outcome": "admit", "siblings": [1]}, "siblings"),
        ({"outcome": "admit_as_sibling", "siblings": [9]}, "siblings"),
    ],
)
def test_a_decision_says_all_it_must(wrong: dict[str, object], field: str) -> None:
    newcomer("first", 0, 0)
    account, judge = newcomer("second", 300, 100), reviewer("judge")
    with pytest.raises(Problem) as refusal:
        decides(judge, case_of(account), **wrong)  # type: ignore[arg-type]  # on purpose
    assert refusal.value.field == field
    assert case_of(account).state == "open"


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_the_same_instant_one_decides() -> None:
    newcomer("first", 0, 0)
    account = newcomer("second", 300, 100)
    judges = [reviewer(f"judge{number}").pk for number in range(6)]
    number = case_of(account).number

    def decide(each: int) -> str:
        close_old_connections()
        try:
            outcome = ("admit", "refuse")[each % 2]
            decide_case(reviewer_id=judges[each], number=number, outcome=outcome, reasons=WHY, revision=1)
        except Conflict as conflict:
            return conflict.code
        finally:
            connections.close_all()
        return "decided"

    with ThreadPoolExecutor(6) as threads:
        answers = sorted(threads.map(decide, range(6)))
    assert answers.count("decided") == 1
    assert set(answers) <= {"decided", "case_changed", "review_decided"}
    assert ReviewDecision.objects.count() == 1


def test_what_a_doubted_referee_vouched_for_ends_with_a_confirmed_refusal_and_returns_on_appeal() -> None:
    account = newcomer("vouched", 0, 0)
    judges = [reviewer(name) for name in ("one", "two", "three")]
    Credential.objects.update(kind="referee")
    with transaction.atomic():
        case = open_case(account_id=account.pk, kind=ReviewCase.Kind.REFEREE_RECORD)
    with pytest.raises(Problem, match="not about a face"):
        decides(judges[0], case, "better_capture")
    decides(judges[0], case, "refuse")
    assert Credential.objects.filter(account=account, ended_at=None).exists()
    decides(judges[1], case, "confirm_refusal")
    assert not Credential.objects.filter(account=account, ended_at=None).exists()
    appealed = appeal(account_id=account.pk, number=case.number, text="We met at the library.")
    assert appealed.state == "open"
    decides(judges[2], appealed, "admit")
    assert Credential.objects.filter(account=account, ended_at=None).exists()
    assert Event.objects.filter(kind="review.decided").count() == 2


def test_two_questions_about_one_account_are_two_cases() -> None:
    newcomer("first", 0, 0)
    account, one, other = newcomer("second", 300, 100), reviewer("one"), reviewer("other")
    face = case_of(account)
    with transaction.atomic():
        word = open_case(account_id=account.pk, kind=ReviewCase.Kind.REFEREE_RECORD)
    assert (word.pk != face.pk, word.about, face.about) == (True, "referees", "face")
    Credential.objects.create(
        account=account, kind="referee", level="unique", method="test", expires_at=timezone.now() + timedelta(days=9)
    )
    decides(one, face, "refuse")
    decides(other, face, "confirm_refusal")
    # A face that is refused says nothing of a referee's word.
    assert Credential.objects.filter(account=account, kind="referee", ended_at=None).exists()
    word.refresh_from_db()
    assert word.state == "open"
