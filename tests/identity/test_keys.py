"""A wrong root secret must never make everybody look new."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from common.problems import Problem
from identity.engines.codes import protect
from identity.jobs.check_enrolment import check_enrolment
from identity.jobs.decision import decide_enrolment
from identity.jobs.key_epochs import keys_to_compare_with
from identity.models import Account, Enrolment, KeyEpoch, Person
from identity.operations.enrolments import open_enrolment
from identity.queries.readiness import face_engines, model_problems
from identity.queries.template_keys import KeysDiffer
from identity.queries.uniqueness import Codes
from tests.identity.world import ready_to_enrol


def held(secret: bytes) -> list[dict[str, Any]]:
    """Settings in which an environment variable has this root secret."""
    options = {"secret": secret, "source": "HUMANKIND_TEMPLATE_ROOT_SECRET"}
    return [{"engine": "identity.engines.root_secret.HeldSecret", "options": options}]


pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    account = Account.objects.create(username="grace")
    ready_to_enrol(account.pk)
    return account


def test_the_first_use_starts_the_first_epoch() -> None:
    assert [keys.epoch for keys in keys_to_compare_with(face_engines())] == [1]
    assert [keys.epoch for keys in keys_to_compare_with(face_engines())] == [1]
    assert KeyEpoch.objects.get().check_value
    assert model_problems() == []


def test_with_another_secret_nobody_is_checked(account: Account, settings: Any) -> None:
    enrolment = open_enrolment(account_id=account.pk, address="192.0.2.1")
    keys_to_compare_with(face_engines())
    Enrolment.objects.update(state="checking")
    settings.TEMPLATE_ROOT_SECRETS = held(b"another secret of more than thirty-two characters")
    assert "TEMPLATE_ROOT_SECRET" in model_problems()[0]
    check_enrolment(enrolment.pk)
    assert Enrolment.objects.get().state == "checking"
    assert not Person.objects.exists()
    Enrolment.objects.update(state="expired")
    with pytest.raises(Problem) as refusal:
        open_enrolment(account_id=account.pk, address="192.0.2.1")
    assert refusal.value.status == 503


def test_codes_of_an_epoch_that_is_not_live_stop_admission(account: Account) -> None:
    enrolment = open_enrolment(account_id=account.pk, address="192.0.2.1")
    Enrolment.objects.update(state="checking")
    (keys,) = keys_to_compare_with(face_engines())
    vector = np.frombuffer(os.urandom(128), np.uint8).astype(np.float32) - 127.5
    code = protect(vector, keys.leading)
    decide_enrolment(enrolment_id=enrolment.pk, faces=[Codes(1, code, code)], evidence={}, model="test")
    assert Person.objects.get().templates.count() == 1
    KeyEpoch.objects.update(state=KeyEpoch.State.RETIRED)
    with pytest.raises(KeysDiffer):
        keys_to_compare_with(face_engines())


def test_a_key_service_that_is_down_is_no_reason_to_think_anybody_new(
    account: Account, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("of a test")
    options = {
        "address": "http://127.0.0.1:1/v1/transit/hmac/humankind",
        "token_file": str(tmp_path / "token"),
        "source": "HUMANKIND_TEMPLATE_ROOT_VAULT",
    }
    keys_to_compare_with(face_engines())
    settings.TEMPLATE_ROOT_SECRETS = [{"engine": "identity.engines.vault_transit.VaultTransit", "options": options}]
    assert "HUMANKIND_TEMPLATE_ROOT_VAULT does not answer" in model_problems()[0]
    with pytest.raises(Problem) as refusal:
        open_enrolment(account_id=account.pk, address="192.0.2.1")
    assert (refusal.value.status, refusal.value.code) == (503, "check_unavailable")


def test_keys_are_never_printed() -> None:
    (keys,) = keys_to_compare_with(face_engines())
    assert repr(keys) == "EpochKeys(epoch=1)"
