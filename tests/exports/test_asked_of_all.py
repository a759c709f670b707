"""Of whom nothing happened the gate is asked once a day: what no event tells of is found then."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from exports.models import Dataset
from exports.queries.shapes import text
from feed.queries.training import consented_author_table
from identity.models import Account, Consent, Credential
from tests.exports.world import Team, agree, person, say, withdraw


def closes_by_hand(account: Account) -> object:
    return Account.objects.filter(pk=account.pk).update(is_active=False)


def loses_the_receipt(account: Account) -> object:
    return Consent.objects.filter(account=account, purpose="training_text").delete()


def loses_the_credential(account: Account) -> object:
    return Credential.objects.filter(account=account).delete()


@pytest.mark.parametrize("happens", [closes_by_hand, loses_the_receipt, loses_the_credential])
def test_a_loss_without_an_event_is_found_within_a_day(team: Team, happens: Callable[[Account], object]) -> None:
    ada = person()
    say(ada, "her words")
    say(person(), "somebody else's words stay")
    team.built()
    happens(ada)
    a_day_later(team)
    assert team.built().retracted == 1
    assert team.texts(2) == {"somebody else's words stay"}
    assert list(team.retractions(2).values()) == ["no_longer_eligible"]
    assert team.build() is None


def test_new_rules_hold_within_a_day(team: Team, settings: Settings) -> None:
    say(person(), "a face was seen")
    team.built()
    by_face = settings.ADMISSION_POLICY
    settings.ADMISSION_POLICY = {"kind": "world_id", "level": "unique"}
    a_day_later(team)
    assert team.built().records == 0
    settings.ADMISSION_POLICY = by_face
    a_day_later(team)
    assert team.built().added == 1


def test_an_operator_has_all_asked_about_at_once(team: Team) -> None:
    ada = person()
    say(ada, "her words")
    team.built()
    closes_by_hand(ada)
    told = StringIO()
    call_command("export_release", str(team.dataset.pk), stdout=told)
    assert "nothing changed" in told.getvalue()
    call_command("export_release", str(team.dataset.pk), "--of-all", stdout=told)
    assert "1 retracted" in told.getvalue()


def test_what_changed_unseen_of_an_author_is_right_within_a_day(team: Team) -> None:
    ada = person()
    say(ada, "before")
    team.built()
    Credential.objects.filter(account=ada).update(method="face-gestures-2")
    a_day_later(team)
    assert team.built().changed == 1
    say(ada, "after")
    team.built()
    assert {row["personhood_method"] for row in team.records(3)} == {"face-gestures-2"}


def test_all_are_asked_about_once_a_day(team: Team) -> None:
    say(person(), "once")
    team.built()
    first = asked_at(team)
    assert team.build() is None
    assert asked_at(team) == first
    a_day_later(team)
    assert team.build() is None
    assert asked_at(team) > first


def test_the_gate_is_asked_of_those_of_whom_something_happened(team: Team, asked: list[set[int]]) -> None:
    ada, grace, joan = person(), person(), person()
    for author in (ada, grace, joan):
        say(author, f"The first words of {author.username}")
    team.built()
    asked.clear()
    for author in (ada, grace):
        say(author, f"More from {author.username}")
    agree(grace, "training_replies")
    newcomer = person()
    say(newcomer, "Here I am")
    assert team.built().added == 3
    assert set.union(*asked) == {grace.pk, newcomer.pk}


@pytest.mark.parametrize("happens", [withdraw, loses_the_receipt])
def test_what_changed_of_an_author_without_records_is_not_forgotten_where_no_release_came(
    team: Team, happens: Callable[[Account], object]
) -> None:
    ada = person()
    say(person(), "somebody else's words")
    team.built()
    happens(ada)
    a_day_later(team)
    assert team.build() is None
    say(ada, "She agreed once, and does no more")
    assert team.build() is None


def test_who_takes_consent_back_behind_a_slow_transaction_is_asked_again(team: Team) -> None:
    """The withdrawal is not in the log's settled part yet; what is read now is not let out on the word of before."""
    ada, grace = person(), person()
    say(ada, "first")
    team.built()
    say(ada, "second")
    say(grace, "Grace's")
    slow = connections.create_connection("default")
    try:
        with slow.cursor() as cursor:
            cursor.execute("begin")
            cursor.execute("select pg_current_xact_id()")
        withdraw(ada)
        team.built()
        assert team.texts(2) == {"first", "Grace's"}
    finally:
        slow.close()
    team.built()
    assert team.texts(3) == {"Grace's"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    """Of whom texts asked the gate, batch by batch."""
    found: list[set[int]] = []

    def noted(*, purpose: str, account_ids: Any) -> Any:
        found.append(set(account_ids))
        return consented_author_table(purpose=purpose, account_ids=account_ids)

    monkeypatch.setattr(text, "consented_author_table", noted)
    return found


def asked_at(team: Team) -> datetime:
    found = Dataset.objects.get(pk=team.dataset.pk).asked_of_all_at
    assert found is not None
    return found


def a_day_later(team: Team) -> None:
    Dataset.objects.filter(pk=team.dataset.pk).update(asked_of_all_at=timezone.now() - timedelta(days=1))
