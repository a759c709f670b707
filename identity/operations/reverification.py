"""Asking for a new proof of personhood, where another app has reason to doubt the one at hand."""

from django.db import connection
from django.utils import timezone

from common import events
from identity.models import Account, Credential

ASKED = "reverification_asked"


def require_reverification(*, account_id: int) -> int:
    """End the live credentials of an account, so that it writes again once it is verified anew; gives their number.

    Call it inside a transaction. The face code stays: it is what the new check is compared with.
    """
    _lock(account_id)
    live = list(Credential.objects.filter(account_id=account_id, ended_at=None, expires_at__gt=timezone.now()))
    for credential in live:
        credential.ended_at, credential.end_reason = timezone.now(), ASKED
        credential.save(update_fields=["ended_at", "end_reason"])
        events.record("credential.ended", account_id=account_id, subject_id=credential.pk, data={"reason": ASKED})
    return len(live)


def waive_reverification(*, account_id: int) -> int:
    """Let the credentials that `require_reverification` ended live on, those that have not expired; gives their number.

    Call it inside a transaction.
    """
    _lock(account_id)
    ended = list(Credential.objects.filter(account_id=account_id, end_reason=ASKED, expires_at__gt=timezone.now()))
    for credential in ended:
        credential.ended_at, credential.end_reason = None, ""
        credential.save(update_fields=["ended_at", "end_reason"])
        events.record(
            "credential.issued", account_id=account_id, subject_id=credential.pk, data={"level": credential.level}
        )
    return len(ended)


def _lock(account_id: int) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A new proof of personhood is asked for inside a transaction.")
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
