"""Asking for a new proof of personhood, where another app has reason to doubt the one at hand."""

from django.db import connection

from identity.jobs.credentials import end, reinstate
from identity.models import Account

ASKED = "reverification_asked"


def require_reverification(*, account_id: int) -> int:
    """End the live credentials of an account, so that it writes again once it is verified anew; gives their number.

    Call it inside a transaction. The face code stays: it is what the new check is compared with.
    """
    _lock(account_id)
    return end(account_id=account_id, reason=ASKED)


def waive_reverification(*, account_id: int) -> int:
    """Let the credentials that `require_reverification` ended live on, those that have not expired; gives their number.

    Call it inside a transaction.
    """
    _lock(account_id)
    return reinstate(account_id=account_id, reason=ASKED)


def _lock(account_id: int) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A new proof of personhood is asked for inside a transaction.")
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
