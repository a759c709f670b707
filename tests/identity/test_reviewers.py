"""Who may review, and what the console shows of it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from common.problems import NotAllowed, NotFound
from identity.jobs.review_cases import open_case
from identity.models import (
    Account,
    HeldCaptureView,
    Referee,
    ReviewCase,
    ReviewDecision,
    Vouch,
    VouchRequest,
    WorldIdNullifier,
    WorldIdProof,
    WorldIdRequest,
)
from identity.operations.review_decisions import view_held_frame
from identity.operations.reviewers import appoint_reviewer
from identity.queries.review_queue import case_file, queue
from tests.identity.reviewing import PICTURE, case_of, decides, newcomer, reviewer

pytestmark = pytest.mark.django_db


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
