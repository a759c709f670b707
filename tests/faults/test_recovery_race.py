"""A recovery is completed and stopped at the same instant: one of the two happened, never half of each."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db import connection
from django.utils import timezone

from common.problems import Problem
from identity.models import Account, Enrolment, Passkey, Person, Recovery
from identity.operations.recovery import begin_completion, complete_recovery, stop_recovery
from identity.queries.enrolments import digest_of
from seeds.software_authenticator import SoftwareAuthenticator

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def matched(number: int) -> Recovery:
    """A recovery whose time to be stopped has just gone by; its secret is its number."""
    account = Account.objects.create(username=f"grace_{number}")
    Token.objects.create(type=Token.Type.ACCESS_TOKEN, user=account, hash=f"hash of {number}")
    secret_sha256 = digest_of(str(number))
    now = timezone.now()
    enrolment = Enrolment.objects.create(
        purpose="recovery",
        secret_sha256=secret_sha256,
        state="matched",
        challenge=[],
        nonce=str(number),
        deadline=now,
    )
    return Recovery.objects.create(
        enrolment=enrolment,
        person=Person.objects.create(account=account),
        account=account,
        state="matched",
        secret_sha256=secret_sha256,
        matched_at=now,
        revert_until=now - timedelta(seconds=1),
    )


def test_completed_or_stopped_and_never_both() -> None:
    outcomes = []
    for number in range(ROUNDS):
        recovery = matched(number)
        held = SoftwareAuthenticator(origin=settings.PUBLIC_URL)
        options = begin_completion(recovery_id=recovery.pk, secret=str(number))
        response = held.create(options["public_key"])
        start = threading.Barrier(2)
        refusals: list[str] = []

        def run(act: Any, start: threading.Barrier = start, refusals: list[str] = refusals, **arguments: Any) -> None:
            try:
                start.wait(timeout=60)
                act(**arguments)
            except Problem as problem:
                refusals.append(problem.code)
            finally:
                connection.close()

        completing = {"recovery_id": recovery.pk, "secret": str(number), "response": response}
        stopping = {"recovery_id": recovery.pk, "account_id": recovery.account_id}
        threads = [
            threading.Thread(target=run, args=(complete_recovery,), kwargs=completing),
            threading.Thread(target=run, args=(stop_recovery,), kwargs=stopping),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        recovery.refresh_from_db()
        completed = recovery.state == "completed"
        assert refusals == (["recovery_completed"] if completed else ["recovery_stopped"])
        assert Passkey.objects.filter(account=recovery.account_id, revoked_at=None).exists() == completed
        assert Token.objects.filter(user=recovery.account_id).exists() != completed
        outcomes.append(recovery.state)
    assert set(outcomes) <= {"completed", "stopped"}
