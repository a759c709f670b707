"""A signature over a statement: what referees give, and what an operation may demand."""

import base64
import datetime as dt
import hashlib
import json

import pytest
from django.test import override_settings
from django.utils import timezone

from common.problems import Conflict, Problem
from identity.jobs.passkeys import revoke_passkeys, sweep_passkeys
from identity.models import Account, Passkey, PasskeyCeremony
from identity.operations.passkeys import (
    begin_assertion,
    begin_registration,
    begin_sign_in,
    complete_assertion,
    complete_registration,
)
from seeds.software_authenticator import SoftwareAuthenticator

pytestmark = pytest.mark.django_db
STATEMENT = b"I met Grace on 1 January and vouch for her."


@pytest.fixture
def account() -> Account:
    return Account.objects.create(username="ada")


@pytest.fixture
def held(account: Account) -> SoftwareAuthenticator:
    authenticator = SoftwareAuthenticator(origin="http://localhost:8000")
    begun = begin_registration(account_id=account.pk)
    complete_registration(account_id=account.pk, response=authenticator.create(begun["public_key"]))
    return authenticator


def test_a_signature_covers_the_statement_and_can_be_checked_by_anybody(
    account: Account, held: SoftwareAuthenticator
) -> None:
    begun = begin_assertion(account_id=account.pk, reason="vouch", bound_to=STATEMENT)
    response = held.get(begun["public_key"])
    used = complete_assertion(account_id=account.pk, response=response, reason="vouch", bound_to=STATEMENT)
    assert used.account_id == account.pk
    signed = json.loads(_bytes(response["response"]["clientDataJSON"]))["challenge"]
    assert _bytes(signed) == hashlib.sha256(_bytes(begun["nonce"]) + STATEMENT).digest()


@pytest.mark.parametrize(
    ("reason", "statement"), [("vouch", b"Something else."), ("vouch", b""), ("presence", STATEMENT), ("presence", b"")]
)
def test_a_signature_serves_no_other_statement(
    account: Account, held: SoftwareAuthenticator, reason: str, statement: bytes
) -> None:
    begun = begin_assertion(account_id=account.pk, reason="vouch", bound_to=STATEMENT)
    response = held.get(begun["public_key"])
    with pytest.raises(Conflict) as refusal:
        complete_assertion(account_id=account.pk, response=response, reason=reason, bound_to=statement)
    assert refusal.value.code == "unknown_ceremony"


def test_without_a_passkey_there_is_nothing_to_sign_with(account: Account) -> None:
    with pytest.raises(Conflict, match="add one first"):
        begin_assertion(account_id=account.pk)


def test_all_passkeys_of_an_account_end_together(account: Account, held: SoftwareAuthenticator) -> None:
    """As a recovery does it."""
    assert revoke_passkeys(account_id=account.pk, reason="recovered") == 1
    begun = begin_registration(account_id=account.pk, proven=True)
    assert begun["public_key"]["rp"]["id"] == "localhost"


def test_what_is_over_is_cleared_away(account: Account, held: SoftwareAuthenticator) -> None:
    long_ago = timezone.now() - dt.timedelta(days=91)
    begin_assertion(account_id=account.pk)
    PasskeyCeremony.objects.update(deadline=long_ago)
    begin_assertion(account_id=account.pk)
    sweep_passkeys()
    assert PasskeyCeremony.objects.count() == 1
    assert Passkey.objects.count() == 1
    Passkey.objects.update(revoked_at=long_ago)
    sweep_passkeys()
    assert not Passkey.objects.exists()


def test_a_server_without_a_name_says_why_it_has_no_passkeys() -> None:
    with override_settings(HOSTNAME="192.0.2.1"), pytest.raises(Problem) as refusal:
        begin_sign_in(address="192.0.2.2")
    assert (refusal.value.status, refusal.value.code) == (503, "passkeys_unavailable")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
