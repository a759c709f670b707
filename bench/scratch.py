"""A database of its own for a measurement, dropped afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from identity.models import Account


@contextmanager
def scratch_database() -> Iterator[None]:
    """Set Django up and make an empty database with every table; the real one is not touched."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"bench_humankind_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def consenting_account(username: str) -> "Account":
    """An account that may be checked."""
    from identity.models import Account
    from identity.operations.consents import give_consent
    from identity.queries.policies import policies

    made = Account.objects.create(username=username)
    version = next(policy.version for policy in policies() if policy.purpose == "biometric_check")
    give_consent(account_id=made.pk, purpose="biometric_check", policy_version=version)
    return made
