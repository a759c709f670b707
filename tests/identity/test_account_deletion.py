"""Deleting an account: with proof, at once, leaving a number; the same person may join again."""

from datetime import timedelta

import httpx
import pytest
from django.apps import apps
from django.utils import timezone

from common.models import Event
from common.problems import NotAllowed
from feed.jobs.erase_closed import erase_closed_accounts
from feed.models import Follow, Profile, Status
from identity.models import (
    Account,
    Consent,
    Credential,
    Enrolment,
    ErasureReceipt,
    Passkey,
    Person,
    ReviewCase,
    Template,
)
from identity.operations.account_deletion import DELETED, delete_account
from identity.operations.passkeys.ownership import Proof
from identity.queries.consents import has_consent
from moderation.jobs.forget_closed import forget_closed_accounts
from moderation.models import BotScore
from tests.clients.people import PASSWORD, join
from tests.identity.enrolling import GRACE, Enroller
from tests.identity.reviewing import newcomer
from tests.identity.test_erasure import dump
from tests.identity.world import consent, credential_of, ready_to_enrol
from tests.live import wait_for

NATIVE = "/api/humankind/v1"


@pytest.mark.stack
def test_an_account_is_deleted_and_its_person_joins_again(http: httpx.Client) -> None:
    grace, other = join(http, "grace"), join(http, "eileen")
    enroller = Enroller(http, "unused", ages=False, consents=False)
    enroller.account, enroller.headers = Account.objects.get(pk=grace.account_id), grace.headers
    ready_to_enrol(grace.account_id)
    consent(grace.account_id, "training_text")
    assert enroller.enrol(GRACE)["state"] == "admitted"
    grace.say("words that will not remain, by somebody who left")
    grace.follow(other)
    other.follow(grace)

    path = f"{NATIVE}/account/delete"
    for body, status, code in (
        ({"username": "grace"}, 403, "proof_required"),
        ({"username": "grace", "password": "not the password"}, 403, "wrong_password"),
        ({"username": "eileen", "password": PASSWORD}, 422, "wrong_username"),
        ({"password": PASSWORD}, 422, "invalid"),
    ):
        refused = grace.post(path, **body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert Account.objects.get(pk=grace.account_id).is_active

    deleted = grace.post(path, username="Grace", password=PASSWORD)
    assert deleted.status_code == 200, deleted.text
    receipt = deleted.json()["erasure"]
    assert (receipt["asked_by"], receipt["erased"]["erased"]["templates"]) == ("account_deletion", 1)

    # At once: no token, no sign-in, no face, nothing to be seen.
    assert grace.get("/api/v1/accounts/verify_credentials").status_code == 401
    assert other.get(f"/api/v1/accounts/{grace.account_id}").status_code == 404
    for model in (Template, Person, Passkey):
        assert not model._default_manager.exists()
    assert not Credential.objects.filter(account_id=grace.account_id).exists()
    wait_for(lambda: not Profile.objects.filter(pk=grace.account_id).exists(), what="feed to delete its part")
    assert not Status.objects.exists() and not Follow.objects.exists()
    mine = Profile.objects.get(pk=other.account_id)
    assert (mine.followers_count, mine.following_count) == (0, 0)
    text = dump()
    for gone in ("grace@example.org", "words that will not remain"):
        assert gone not in text
    # What remains: a number, the withdrawals, the proof of erasure.
    row = Account.objects.get(pk=grace.account_id)
    assert (row.username, row.email, row.is_active) == (f"deleted-{row.pk}", "", False)
    assert not has_consent(row.pk, "training_text")
    assert Consent.objects.filter(account=row, given=False).count() == 2
    assert ErasureReceipt.objects.get().jws == receipt["receipt"]

    again = join(http, "grace", admitted=False)
    enroller.account, enroller.headers = Account.objects.get(pk=again.account_id), again.headers
    ready_to_enrol(again.account_id)
    assert enroller.enrol(GRACE)["state"] == "admitted"


@pytest.mark.django_db
def test_a_person_goes_with_an_account_that_is_taken_out_of_the_database() -> None:
    """A code that hung on nobody would stop its own person for ever."""
    account = Account.objects.create(username="grace")
    credential_of(account, code=bytes(128))
    account.delete()
    assert not Person.objects.exists() and not Template.objects.exists()


@pytest.mark.django_db
def test_a_face_that_was_there_within_ten_minutes_is_proof_enough() -> None:
    account = Account.objects.create_user("grace", password=PASSWORD)
    capture = Enrolment.objects.create(
        account=account,
        purpose=Enrolment.Purpose.PRESENCE,
        state=Enrolment.State.MATCHED,
        challenge=[],
        nonce="n",
        deadline=timezone.now(),
        decided_at=timezone.now() - timedelta(minutes=11),
    )
    with pytest.raises(NotAllowed):
        delete_account(account_id=account.pk, username="grace", proof=Proof())
    Enrolment.objects.filter(pk=capture.pk).update(decided_at=timezone.now() - timedelta(minutes=9))
    delete_account(account_id=account.pk, username="grace", proof=Proof())
    assert Account.objects.get().closed_at
    assert Event.objects.filter(kind="account.closed", account_id=account.pk).count() == 1


@pytest.mark.django_db
def test_what_a_review_that_held_pictures_leaves_is_gone_too() -> None:
    newcomer("first", 0, 0)
    account = newcomer("second", 300, 100, pictures=(b"a picture",))
    deleted = delete_account(account_id=account.pk, username="second", proof=Proof())
    assert deleted.erasure.erased["erased"]["held_captures"] == 1
    assert not ReviewCase.objects.exists()
    assert Enrolment.objects.count() == 1


@pytest.mark.django_db
def test_scores_of_a_deleted_account_go_and_those_of_others_stay() -> None:
    for name in ("gone", "here"):
        account = Account.objects.create(username=name, closed_at=timezone.now() if name == "gone" else None)
        BotScore.objects.create(account=account, score=0.5, model_version="1", reasons=[], features={}, event_seq=1)
    assert forget_closed_accounts() == 1
    assert BotScore.objects.get().account.username == "here"
    assert forget_closed_accounts() == 0


@pytest.mark.django_db
def test_an_account_that_is_merely_suspended_keeps_its_words() -> None:
    account = Account.objects.create(username="grace", is_active=False)
    Profile.objects.create(account=account)
    assert erase_closed_accounts() == 0
    assert Profile.objects.exists()


def test_every_row_that_names_an_account_is_thought_of() -> None:
    """A new table with somebody's data is deleted with the account, or named here as what remains (docs/privacy.md)."""
    through_another = {"Vouch", "WorldIdProof"}
    remains = {"Consent", "ErasureReceipt", "Referee"}
    forgotten_apart = {"WorldIdNullifier"}
    naming = {
        model.__name__
        for model in apps.get_app_config("identity").get_models()
        if any(field.name == "account" for field in model._meta.get_fields() if field.concrete)
    }
    assert naming == {model.__name__ for model in DELETED} | through_another | remains | forgotten_apart
