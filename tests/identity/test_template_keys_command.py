"""`manage.py template_keys`: rotation, retirement, and what a compromised epoch means for who is unique."""

import io
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from common.models import Event
from config.stack import ROOT
from identity.jobs import check_enrolment as checking
from identity.jobs import erase_codes
from identity.jobs.check_enrolment import check_enrolment
from identity.jobs.key_epochs import keys_to_compare_with
from identity.models import (
    Account,
    AccountNotice,
    Credential,
    Enrolment,
    KeyEpoch,
    PendingCode,
    Person,
    SecondOpinion,
    Template,
)
from identity.operations.consents import withdraw_consent
from identity.queries.personhood import personhood_of
from identity.queries.readiness import face_engines, model_problems, secret_problems
from identity.queries.template_keys import EpochsUnsettled, live_keys
from tests.identity.scripted_person import SCRIPTED, enrolled, submitted
from tests.live import database_url, wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scripted(settings: Settings) -> None:
    settings.FACE_ENGINES = SCRIPTED


def template_keys(*arguments: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("template_keys", *arguments, stdout=out)
    return out.getvalue()


def epochs_of(username: str) -> list[int]:
    return list(Template.objects.filter(person__account__username=username).values_list("key_epoch_id", flat=True))


def withdraws(username: str) -> None:
    """The person lets go of the check, and of a review of it."""
    withdraw_consent(account_id=Account.objects.get(username=username).pk, purpose="biometric_check")


def admitted() -> set[str]:
    ids = dict(Account.objects.values_list("pk", "username"))
    return {ids[account_id] for account_id, found in personhood_of(ids).items() if found.admitted}


def held(secret: bytes, source: str = "HUMANKIND_TEMPLATE_ROOT_SECRET") -> dict[str, Any]:
    return {"engine": "identity.engines.root_secret.HeldSecret", "options": {"secret": secret, "source": source}}


OLD, NEW = b"the old root secret, of thirty-two bytes or more", b"the new root secret, of thirty-two bytes or more"


def test_people_move_to_the_newest_epoch_as_they_come_again_and_the_old_one_is_searched_until_then() -> None:
    enrolled("grace", who=1)
    enrolled("ada", who=2)
    assert "Key epoch 2 is started" in template_keys("start")
    assert "nothing to start" in template_keys("start")
    assert enrolled("impostor", who=1, take=2).state == "rejected"
    # Two people's, and one that waits for a reviewer because it was refused as a duplicate.
    with pytest.raises(CommandError, match="3 codes hang on key epoch 1"):
        template_keys("retire", "1")
    withdraws("impostor")
    assert enrolled("grace", who=1, take=3).state == "admitted"
    assert (epochs_of("grace"), epochs_of("ada")) == ([2], [1])
    assert enrolled("ada", who=2, take=3).state == "admitted"
    assert "Key epoch 1 is retired" in template_keys("retire", "1")
    assert "Key epoch 1 is retired" in template_keys("retire", "1")
    assert [keys.epoch for keys in live_keys(face_engines())] == [2]
    assert enrolled("another impostor", who=1, take=4).state == "rejected"
    assert list(
        Event.objects.filter(kind__startswith="template_keys").order_by("seq").values_list("kind", flat=True)
    ) == [
        "template_keys.started",
        "template_keys.retired",
    ]


def test_the_list_names_state_codes_and_the_secret_of_each_epoch(settings: Settings) -> None:
    settings.TEMPLATE_ROOT_SECRETS = [held(OLD)]
    enrolled("grace", who=1)
    settings.TEMPLATE_ROOT_SECRETS = [held(NEW), held(OLD, "HUMANKIND_TEMPLATE_ROOT_SECRET_PREVIOUS_FILE")]
    template_keys("start")
    newest, oldest = template_keys("list").splitlines()[1:]
    assert newest.split()[:3] == ["2", "live", "0"]
    assert newest.endswith(" HUMANKIND_TEMPLATE_ROOT_SECRET")
    assert oldest.split()[:3] == ["1", "live", "1"]
    assert oldest.endswith(" HUMANKIND_TEMPLATE_ROOT_SECRET_PREVIOUS_FILE")
    settings.TEMPLATE_ROOT_SECRETS = [held(NEW)]
    with pytest.raises(CommandError, match="another root secret"):
        template_keys("list")


def test_a_new_root_secret_with_the_previous_one_at_hand_still_knows_everybody(settings: Settings) -> None:
    settings.TEMPLATE_ROOT_SECRETS = [held(OLD)]
    enrolled("grace", who=1)
    settings.TEMPLATE_ROOT_SECRETS = [held(NEW)]
    assert "TEMPLATE_ROOT_SECRET" in secret_problems()[0]
    with pytest.raises(CommandError, match="is not the one that key epoch 1 was started with"):
        template_keys("start")
    settings.TEMPLATE_ROOT_SECRETS = [held(NEW), held(OLD)]
    assert secret_problems() == []
    template_keys("start")
    assert enrolled("impostor", who=1, take=2).state == "rejected"
    assert enrolled("grace", who=1, take=3).state == "admitted"
    withdraws("impostor")
    template_keys("retire", "1")
    settings.TEMPLATE_ROOT_SECRETS = [held(NEW)]
    assert model_problems() == []
    assert enrolled("another impostor", who=1, take=4).state == "rejected"


def test_asking_to_renew_ends_nothing_and_sets_a_time() -> None:
    enrolled("grace", who=1)
    with pytest.raises(CommandError, match="newest"):
        template_keys("retire", "1", "--ask-to-renew", "30")
    template_keys("start")
    enrolled("ada", who=2)
    with pytest.raises(CommandError, match="1 to 365 days"):
        template_keys("retire", "1", "--ask-to-renew", "0")
    assert "1 people were asked to renew within 30 days" in template_keys("retire", "1", "--ask-to-renew", "30")
    assert "0 people were asked" in template_keys("retire", "1", "--ask-to-renew", "60")
    lasts = dict(Credential.objects.values_list("account__username", "expires_at"))
    assert lasts["grace"] - timezone.now() < timedelta(days=31) < lasts["ada"] - timezone.now()
    assert admitted() == {"grace", "ada"}
    assert Event.objects.filter(kind="credential.renewal_asked").count() == 1
    Credential.objects.filter(account__username="grace").update(expires_at=timezone.now())
    assert admitted() == {"ada"}
    assert "Key epoch 1 is retired" in template_keys("retire", "1", "--erase-lapsed")
    assert epochs_of("grace") == []


def test_a_compromised_epoch_takes_codes_and_credentials_and_no_face_comes_in_twice() -> None:
    enrolled("grace", who=1)
    enrolled("ada", who=2)
    assert enrolled("second account of ada", who=2, take=2).state == "rejected"
    assert PendingCode.objects.count() == 1
    with pytest.raises(CommandError, match="--yes"):
        template_keys("compromised", "1")
    assert admitted() == {"grace", "ada"}
    printed = template_keys("compromised", "1", "--yes")
    assert "2 codes are erased" in printed
    assert "nobody is admitted" in printed
    assert "0 codes are erased" in template_keys("compromised", "1", "--yes")
    assert not Template.objects.exists()
    assert not SecondOpinion.objects.exists()
    assert not PendingCode.objects.exists()
    told = AccountNotice.objects.filter(kind="face_check_anew").values_list("account__username", flat=True)
    assert set(told) == {"grace", "ada"}
    assert admitted() == set()
    assert set(Credential.objects.values_list("end_reason", flat=True)) == {"template_key_compromised"}
    with pytest.raises(EpochsUnsettled, match="No key epoch is live"):
        keys_to_compare_with(face_engines())
    template_keys("start")
    # Grace's old account is no longer known by her face: she may come in once, wherever she likes, and not again.
    assert enrolled("second account of grace", who=1, take=2).state == "admitted"
    assert enrolled("grace", who=1, take=3).state == "rejected"
    assert enrolled("third account of grace", who=1, take=4).state == "rejected"
    assert enrolled("ada", who=2, take=2).state == "admitted"
    assert admitted() == {"second account of grace", "ada"}
    kinds = list(Event.objects.filter(kind__startswith="template_keys").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["template_keys.compromised", "template_keys.emptied", "template_keys.started"]


def test_only_the_codes_of_the_compromised_epoch_go() -> None:
    enrolled("grace", who=1)
    template_keys("start")
    enrolled("ada", who=2)
    template_keys("compromised", "1", "--yes")
    assert (epochs_of("grace"), epochs_of("ada")) == ([], [2])
    assert admitted() == {"ada"}
    assert model_problems() == []


def test_an_epoch_that_begins_during_a_check_is_searched_before_the_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled("grace", who=1)
    enrolment = submitted("impostor", who=1, take=2)
    examined = checking._examined

    def meanwhile(*arguments: Any) -> Any:
        """An operator starts an epoch, and grace moves to it, while a worker looks at the impostor's frames."""
        monkeypatch.setattr(checking, "_examined", examined)
        template_keys("start")
        assert enrolled("grace", who=1, take=3).state == "admitted"
        return examined(*arguments)

    monkeypatch.setattr(checking, "_examined", meanwhile)
    check_enrolment(enrolment.pk)
    assert Enrolment.objects.get(pk=enrolment.pk).state == "checking"
    check_enrolment(enrolment.pk)
    assert Enrolment.objects.get(pk=enrolment.pk).state == "rejected"
    assert admitted() == {"grace"}


def test_no_code_is_written_on_an_epoch_compromised_during_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled("ada", who=2)
    enrolment = submitted("grace", who=1, take=1)
    examined = checking._examined

    def meanwhile(*arguments: Any) -> Any:
        template_keys("compromised", "1", "--yes")
        return examined(*arguments)

    monkeypatch.setattr(checking, "_examined", meanwhile)
    check_enrolment(enrolment.pk)
    monkeypatch.setattr(checking, "_examined", examined)
    assert not Template.objects.exists()
    template_keys("start")
    check_enrolment(enrolment.pk)
    assert epochs_of("grace") == [2]


def test_what_does_not_exist_or_is_over_is_refused_with_a_sentence() -> None:
    enrolled("grace", who=1)
    for arguments in (("retire", "7"), ("compromised", "7", "--yes")):
        with pytest.raises(CommandError, match="There is no key epoch 7"):
            template_keys(*arguments)
    template_keys("start")
    template_keys("compromised", "1", "--yes")
    with pytest.raises(CommandError, match="is compromised: it is ended already"):
        template_keys("retire", "1")


def people(number: int) -> None:
    """So many admitted accounts, without pictures."""
    epoch = KeyEpoch.objects.get(number=keys_to_compare_with(face_engines())[0].epoch)
    # Ids are the database's own, so they are read back.
    Account.objects.bulk_create([Account(username=f"person{each}") for each in range(number)])
    Person.objects.bulk_create([Person(account=account) for account in Account.objects.all()])
    persons = list(Person.objects.all())
    Template.objects.bulk_create(
        [Template(person=person, key_epoch=epoch, code=f"{person.pk:01024b}", model="test") for person in persons]
    )
    lasts = timezone.now() + timedelta(days=300)
    Credential.objects.bulk_create(
        [
            Credential(
                person=person, account_id=person.account_id, kind="face", level="unique", method="x", expires_at=lasts
            )
            for person in persons
        ]
    )


@pytest.mark.django_db(transaction=True)
def test_a_command_killed_in_the_middle_admits_nobody_until_the_sweep_has_erased_the_rest(settings: Settings) -> None:
    settings.FACE_ENGINES = "identity.engines.defaults.default_engines"
    number = 9 * erase_codes.BATCH
    people(number)
    variables = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url()}
    command = [sys.executable, "manage.py", "template_keys", "compromised", "1", "--yes"]
    killed = subprocess.Popen(command, cwd=ROOT, env={**variables, "REDIS_URL": settings.REDIS_URL})
    try:
        wait_for(lambda: Template.objects.count() < number, what="the first codes to be erased", seconds=120)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    left = Template.objects.count()
    assert 0 < left < number
    assert Credential.objects.filter(ended_at=None).count() == left
    with pytest.raises(EpochsUnsettled, match="face codes that nobody is compared with"):
        keys_to_compare_with(face_engines())
    # Not a wrong secret: the worker whose sweep goes on must be able to start.
    assert secret_problems() == []
    erase_codes.sweep_key_epochs()
    assert not Template.objects.exists()
    assert not Credential.objects.filter(ended_at=None).exists()
    assert AccountNotice.objects.count() == number
    assert KeyEpoch.objects.get().emptied_at


@pytest.mark.django_db(transaction=True)
def test_two_operators_at_once_do_it_once() -> None:
    people(60)
    template_keys("start")
    Template.objects.filter(person__account__username="person0").update(key_epoch=2)

    def at_once(*arguments: str) -> list[str]:
        def run(_: int) -> str:
            try:
                return template_keys(*arguments)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(run, range(4)))

    assert sorted(printed.split(":")[0] for printed in at_once("start")) == [
        "Key epoch 3 has no codes yet",
        "Key epoch 3 has no codes yet",
        "Key epoch 3 has no codes yet",
        "Key epoch 3 is started. People move to it as they renew.\n",
    ]
    counts = [int(printed.split()[5]) for printed in at_once("compromised", "1", "--yes")]
    assert sum(counts) == 59
    assert Event.objects.filter(kind="template_keys.compromised").count() == 1
    assert Event.objects.filter(kind="template.erased").count() == 59
    assert Event.objects.filter(kind="credential.ended").count() == 59
    assert epochs_of("person0") == [2]
