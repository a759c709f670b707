"""What other apps learn of personhood, and the gate before what only people may do."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from common.problems import NotAllowed
from identity.models import Account, Credential, Person
from identity.operations.accounts import register_account
from identity.operations.admission import admit_simulated, admit_unchecked
from identity.queries.personhood import personhood_of, require_admitted
from tests.identity.world import credential_of

pytestmark = pytest.mark.django_db


def test_levels_of_many_accounts_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    human, agent, stranger, lapsed, ended, closed = (
        Account.objects.create(username=name) for name in ("human", "agent", "stranger", "lapsed", "ended", "closed")
    )
    credential_of(human, code=bytes(128))
    admit_simulated(account_id=agent.pk, operator="test")
    credential_of(lapsed, code=b"\1" * 128, valid_for=timedelta(seconds=-1))
    withdrawn = credential_of(ended, code=b"\2" * 128)
    Credential.objects.filter(pk=withdrawn.pk).update(ended_at=timezone.now())
    credential_of(closed, code=b"\3" * 128)
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    accounts = [human, agent, stranger, lapsed, ended, closed]
    with django_assert_num_queries(1):
        found = personhood_of(account.pk for account in accounts)
    assert [found[account.pk].level for account in accounts] == ["unique", "simulated", "none", "none", "none", "none"]
    assert [found[account.pk].admitted for account in accounts] == [True, True, False, False, False, False]


def test_the_strongest_credential_counts() -> None:
    account = Account.objects.create(username="both")
    admit_simulated(account_id=account.pk, operator="test")
    credential_of(account, code=bytes(128), valid_for=timedelta(days=1))
    assert personhood_of([account.pk])[account.pk].level == "unique"


def test_the_gate_says_where_to_enrol(settings: Any) -> None:
    account = Account.objects.create(username="stranger")
    with pytest.raises(NotAllowed) as refusal:
        require_admitted(account.pk)
    assert refusal.value.code == "personhood_required"
    assert refusal.value.more["enrol"] in refusal.value.sentence
    settings.PERSONHOOD_GATE = False
    require_admitted(account.pk)


def test_simulated_accounts_are_for_development_only(settings: Any) -> None:
    account = Account.objects.create(username="agent")
    first = admit_simulated(account_id=account.pk, operator="test")
    assert admit_simulated(account_id=account.pk, operator="test") == first
    settings.DEVELOPMENT = False
    with pytest.raises(NotAllowed):
        admit_simulated(account_id=account.pk, operator="test")
    assert Credential.objects.count() == 1


def test_a_development_machine_may_let_in_unchecked_and_says_so(settings: Any) -> None:
    """Clients' own test suites need accounts that write at once. Moved to a machine without the setting, none of them does."""
    settings.ADMIT_ON_REGISTRATION = True
    account = register_account(username="newcomer", email="", password="correct horse battery staple")
    found = personhood_of([account.pk])[account.pk]
    assert (found.level, found.admitted) == ("unchecked", True)
    assert "no-proof-of-personhood" in found.method
    require_admitted(account.pk)
    assert not Person.objects.filter(account=account).exists()
    settings.ADMIT_ON_REGISTRATION = False
    with pytest.raises(NotAllowed):
        require_admitted(account.pk)
    with pytest.raises(NotAllowed):
        admit_unchecked(account_id=account.pk)
    settings.ADMIT_ON_REGISTRATION, settings.DEVELOPMENT = True, False
    with pytest.raises(NotAllowed):
        admit_unchecked(account_id=account.pk)
