"""Accounts as the network shows them: made together with their login."""

from django.db import transaction

from feed.models import Profile
from feed.queries.writers import require_may_write as require_may_write
from identity.models import Account
from identity.operations.accounts import register_account


def register(*, username: str, email: str, password: str, agreed: bool = True) -> Account:
    """Make a login and its public profile. Raises Problem with every fault in `details`, and the first field at fault.

    `agreed`: the person has accepted the rules.
    """
    with transaction.atomic():
        account = register_account(username=username, email=email, password=password, agreed=agreed)
        Profile.objects.create(account=account)
    return account
