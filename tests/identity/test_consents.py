"""Receipts of consent."""

import pytest
from django.db import DatabaseError, transaction

from common.models import Event
from common.problems import NotAllowed, NotFound, Problem
from identity.models import Account, Consent, Credential, Person
from identity.operations.age import declare_age
from identity.operations.consents import give_consent, withdraw_consent
from identity.operations.enrolments import open_enrolment
from identity.queries.consents import consented_accounts, covers_new, has_consent, newest_receipts, purposes_of
from identity.queries.policies import Policy, policies, policy_of
from tests.identity.world import consent, credential_of

pytestmark = pytest.mark.django_db
TRAINING = "training_text"


@pytest.fixture
def account() -> Account:
    return Account.objects.create(username="grace")


def test_every_policy_says_how_to_withdraw() -> None:
    assert {policy.purpose for policy in policies()} == {
        "biometric_check",
        "review_hold",
        "likeness",
        "training_text",
        "training_images",
        "training_replies",
        "training_instruction",
        "training_preferences",
        "bot_research",
    }
    assert all("withdraw" in policy.text for policy in policies())


def test_the_newest_receipt_speaks(account: Account) -> None:
    assert not has_consent(account.pk, TRAINING)
    for _ in range(2):
        consent(account.pk, TRAINING)
    assert list(consented_accounts(TRAINING)) == [account.pk]
    withdraw_consent(account_id=account.pk, purpose=TRAINING)
    assert not has_consent(account.pk, TRAINING)
    assert list(consented_accounts(TRAINING)) == []
    consent(account.pk, TRAINING)
    receipts = Consent.objects.filter(account=account).order_by("id")
    assert [receipt.given for receipt in receipts] == [True, False, True]
    assert newest_receipts([account.pk, 1], TRAINING)[account.pk] == receipts[2]
    assert Event.objects.filter(kind="consent.withdrawn", data={"purpose": TRAINING}).count() == 1


def test_another_version_or_text_is_refused(account: Account) -> None:
    policy = policy_of(TRAINING)
    assert policy
    with pytest.raises(Problem, match=f"now version {policy.version}"):
        give_consent(account_id=account.pk, purpose=TRAINING, policy_version="0")
    with pytest.raises(Problem, match="The text that was shown"):
        give_consent(account_id=account.pk, purpose=TRAINING, policy_version=policy.version, text_sha256="0" * 64)
    with pytest.raises(Problem, match="no such purpose"):
        give_consent(account_id=account.pk, purpose="advertising", policy_version="1")
    with pytest.raises(NotFound):
        withdraw_consent(account_id=account.pk, purpose=TRAINING)
    assert not Consent.objects.exists()


def test_a_receipt_is_never_changed(account: Account) -> None:
    receipt = consent(account.pk, TRAINING)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Consent.objects.filter(pk=receipt.pk).update(given=False)


def test_withdrawing_the_check_erases_the_code_and_ends_the_credential(account: Account) -> None:
    consent(account.pk)
    credential = credential_of(account, code=bytes(128))
    withdraw_consent(account_id=account.pk, purpose="biometric_check")
    assert not Person.objects.get(account=account).templates.exists()
    assert Credential.objects.get(pk=credential.pk).end_reason == "consent_withdrawn"
    assert Event.objects.get(kind="credential.ended").subject_id == credential.pk


def test_an_earlier_text_covers_what_it_covered_and_is_asked_again_before_anything_new(account: Account) -> None:
    Consent.objects.create(
        account=account, purpose="biometric_check", given=True, policy_version="1", text_sha256="0" * 64
    )
    declare_age(account_id=account.pk, region="DE", over=18)
    assert has_consent(account.pk, "biometric_check")
    assert not covers_new(account.pk, "biometric_check")
    with pytest.raises(NotAllowed) as refusal:
        open_enrolment(account_id=account.pk, address="192.0.2.1")
    assert refusal.value.code == "consent_required"
    standing = {each.purpose: each for each in purposes_of(account.pk)}
    assert (standing["biometric_check"].given, standing["biometric_check"].asks_again) == (True, True)
    assert (standing["likeness"].given, standing["likeness"].asks_again) == (False, False)
    consent(account.pk)
    assert covers_new(account.pk, "biometric_check")
    open_enrolment(account_id=account.pk, address="192.0.2.1")


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.purpose)
def test_each_purpose_is_withdrawn_on_its_own(account: Account, policy: Policy) -> None:
    for each in policies():
        consent(account.pk, each.purpose)
    withdraw_consent(account_id=account.pk, purpose=policy.purpose)
    assert {each.purpose for each in purposes_of(account.pk) if not each.given} == {policy.purpose}
    assert Event.objects.get(kind="consent.withdrawn").data == {"purpose": policy.purpose}


def test_training_is_off_until_given_and_each_purpose_says_what_it_is_in_plain_words(account: Account) -> None:
    standing = {each.purpose: each for each in purposes_of(account.pk)}
    training = {each for each in standing if each.startswith("training_")} | {"bot_research"}
    assert len(training) == 6
    assert not any(standing[each].given for each in training)
    assert all(standing[each].about.startswith("You allow us to ") for each in training)


def test_an_answer_to_others_is_a_widening_that_says_what_it_lacks(account: Account) -> None:
    """The client can show why a switch has no effect yet."""
    consent(account.pk, "training_replies")
    standing = {each.purpose: each for each in purposes_of(account.pk)}["training_replies"]
    assert (standing.given, standing.requires, standing.missing) == (True, ("training_text",), ("training_text",))
    consent(account.pk, TRAINING)
    assert {each.purpose: each for each in purposes_of(account.pk)}["training_replies"].missing == ()


def test_who_agreed_to_an_earlier_text_of_training_has_agreed_still(account: Account) -> None:
    """The later texts leave out more and cover nothing new, so nobody is asked again."""
    for purpose in (TRAINING, "training_images"):
        Consent.objects.create(account=account, purpose=purpose, given=True, policy_version="1", text_sha256="0" * 64)
        assert list(consented_accounts(purpose)) == [account.pk]
        assert covers_new(account.pk, purpose)
    withdraw_consent(account_id=account.pk, purpose=TRAINING)
    assert list(consented_accounts(TRAINING)) == []
