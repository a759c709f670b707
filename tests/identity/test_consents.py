"""Receipts of consent."""

import pytest
from django.db import DatabaseError, transaction

from common.models import Event
from common.problems import NotFound, Problem
from identity.models import Account, Consent, Credential, Person
from identity.operations.consents import give_consent, withdraw_consent
from identity.queries.consents import consented_accounts, has_consent, newest_receipts
from identity.queries.policies import policies, policy_of
from tests.identity.world import consent, credential_of

pytestmark = pytest.mark.django_db
TRAINING = "training_text"


@pytest.fixture
def account() -> Account:
    return Account.objects.create(username="grace")


def test_every_policy_says_how_to_withdraw() -> None:
    assert {policy.purpose for policy in policies()} == {"biometric_check", "training_text", "training_images"}
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
