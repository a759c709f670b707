"""A nudge that fails fails nothing else."""

import pytest
from django.db import transaction

from common.after_commit import after_commit
from feed.models import Status
from feed.operations.accounts import register
from feed.operations.statuses import post_status
from feed.tasks import fan_out
from identity.operations.admission import admit_simulated

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_called_after_the_commit_and_its_failure_goes_no_further() -> None:
    """Those that come after one that fails are called as well."""
    called: list[str] = []

    def fail(name: str) -> None:
        called.append(name)
        raise ConnectionError(name)

    with transaction.atomic():
        after_commit(fail, "first")
        after_commit(called.append, "second")
        assert called == []
    assert called == ["first", "second"]


def test_a_status_is_posted_though_no_broker_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row is the truth: the author is not told of a failure that never was, and the sweep finds it."""

    def refuse(*_: object) -> None:
        raise ConnectionError("no broker")

    account = register(username="author", email="", password="correct horse battery staple")
    admit_simulated(account_id=account.pk, operator="test")
    monkeypatch.setattr(fan_out, "delay", refuse)
    status = post_status(account_id=account.pk, text="unheard")
    assert Status.objects.get(pk=status.pk).fanned_out_at is None
