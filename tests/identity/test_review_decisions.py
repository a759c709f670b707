"""What reviewers decide, what comes of it, and who may not decide."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, close_old_connections, connections, transaction
from django.test import Client
from django.utils import timezone

from common.models import Event
from common.problems import Conflict, NotAllowed, NotFound, Problem
from identity.jobs.review_cases import open_case
from identity.jobs.sweep_reviews import sweep_reviews
from identity.models import (
    Account,
    AccountNotice,
    CaseCandidate,
    Credential,
    DistinctPeople,
    Enrolment,
    HeldCapture,
    HeldCaptureView,
    HeldFrame,
    KeyEpoch,
    PendingCode,
    Person,
    Referee,
    ReviewCase,
    ReviewDecision,
    Template,
    Vouch,
    VouchRequest,
    WorldIdNullifier,
    WorldIdProof,
    WorldIdRequest,
)
from identity.operations.consents import withdraw_consent
from identity.operations.review_decisions import decide_case, view_held_frame
from identity.operations.reviewers import appoint_reviewer
from identity.operations.reviews import appeal
from identity.queries.notices import in_words
from identity.queries.review_queue import case_file, queue
from tests.identity.reviewing import case_of, checked, code, newcomer, reviewer
from tests.identity.world import consent

pytestmark = pytest.mark.django_db

WHY = "The ears and the chin differ, and the passkeys are of different years."
PICTURE = b"\xff\xd8\xff a picture that nobody else may see \xff\xd9"


def decides(judge: object, case: ReviewCase, outcome: str, **more: object) -> ReviewCase:
    """The reviewer has just read the case, and decides."""
    case.refresh_from_db()
    return decide_case(
        reviewer_id=judge.pk,  # type: ignore[attr-defined]  # an account
        number=case.number,
        outcome=outcome,
        **{"reasons": WHY, "revision": case.revision, **more},  # type: ignore[arg-type]  # some tests say wrong things
    )


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


def test_nobody_reviews_themselves_or_their_own_likeness() -> None:
    first = newcomer("first", 0, 0)
    account = newcomer("second", 300, 100)
    for party in (first, account):
        appoint_reviewer(account_id=party.pk)
        assert queue(reviewer_id=party.pk) == ([], None)
        with pytest.raises(NotFound):
            case_file(reviewer_id=party.pk, number=case_of(account).number)
        with pytest.raises(NotFound):
            decides(party, case_of(account), "admit")
    with pytest.raises(NotAllowed, match="Only a reviewer"):
        decides(newcomer("stranger", 600, 600), case_of(account), "admit")


def test_nobody_reviews_whom_they_vouched_for_or_their_own_world_id() -> None:
    account, judge = newcomer("vouched", 0, 0), reviewer("judge")
    now = timezone.now()
    with transaction.atomic():
        word = open_case(account_id=account.pk, kind=ReviewCase.Kind.REFEREE_RECORD)
        claim = open_case(account_id=account.pk, kind=ReviewCase.Kind.WORLD_ID_TAKEN)
    assert {case.pk for case in queue(reviewer_id=judge.pk)[0]} == {word.pk, claim.pk}
    WorldIdNullifier.objects.create(account=judge, digest="d" * 64, key_check="of a test")
    asked = WorldIdRequest.objects.create(account=account, created_at=now, deadline=now)
    WorldIdProof.objects.create(
        account=account, request=asked, state="refused", digest="d" * 64, next_try_at=now, expires_at=now
    )
    assert [case.pk for case in queue(reviewer_id=judge.pk)[0]] == [word.pk]
    Vouch.objects.create(
        referee=Referee.objects.create(account=judge),
        account=account,
        request=VouchRequest.objects.create(account=account, code_digest="c", expires_at=now),
        met_on=now.date(),
        place="public",
        statement_version="1",
        statement="We met.",
        deadline=now,
    )
    assert queue(reviewer_id=judge.pk)[0] == []
    with pytest.raises(NotFound):
        decides(judge, word, "admit")


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


def test_an_operator_gives_the_role_and_takes_it_away() -> None:
    newcomer("first", 0, 0)
    account, judge = newcomer("second", 300, 100), newcomer("judge", 600, 600)
    call_command("appoint_reviewer", "JUDGE", stdout=StringIO())
    assert queue(reviewer_id=judge.pk)[0] == [case_of(account)]
    call_command("appoint_reviewer", "judge", "--end", stdout=StringIO())
    with pytest.raises(NotAllowed):
        decides(judge, case_of(account), "admit")
    with pytest.raises(CommandError, match="no such account"):
        call_command("appoint_reviewer", "nobody")


def test_the_admin_lists_reviews_and_changes_nothing(client: Client) -> None:
    newcomer("first", 0, 0)
    account, judge = newcomer("second", 300, 100, pictures=(PICTURE,)), reviewer("judge")
    view_held_frame(reviewer_id=judge.pk, number=case_of(account).number, frame=1)
    decides(judge, case_of(account), "refuse")
    Account.objects.filter(pk=judge.pk).update(is_staff=True, is_superuser=True)
    client.force_login(Account.objects.get(pk=judge.pk))
    for model in (ReviewCase, ReviewDecision, HeldCaptureView):
        name, row = model._meta.model_name, model._default_manager.get()
        assert client.get(f"/admin/identity/{name}/").status_code == 200
        page = client.get(f"/admin/identity/{name}/{row.pk}/change/")
        assert (page.status_code, b"Delete" in page.content, b'name="_save"' in page.content) == (200, False, False)
        assert client.post(f"/admin/identity/{name}/{row.pk}/change/", {}).status_code == 403
