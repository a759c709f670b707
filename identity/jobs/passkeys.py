"""Passkeys end, and what is left of ceremonies is cleared away."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common import events
from identity.jobs import credentials
from identity.jobs.notices import tell
from identity.models import Account, AccountNotice, Passkey, PasskeyCeremony

# Other reasons have a notice of their own.
BY_OWNER = "by_owner"
# A revoked passkey is kept for so long, so that its owner can still be told why it no longer works.
KEPT_REVOKED = timedelta(days=90)


def revoke_passkeys(*, account_id: int, reason: str, only: int | None = None, last_too: bool = True) -> int:
    """End all of the account's passkeys, or the one with this id; gives their number.

    With the last one ends the credential that rests on them; without `last_too` the last one stays.
    """
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=account_id)
        live = Passkey.objects.select_for_update().filter(account_id=account_id, revoked_at=None)
        ended = list(live.filter(pk=only) if only else live)
        if not last_too and len(ended) == live.count():
            return 0
        for passkey in ended:
            passkey.revoked_at = timezone.now()
            passkey.save(update_fields=["revoked_at"])
            events.record("passkey.revoked", account_id=account_id, subject_id=passkey.pk, data={"reason": reason})
            if reason == BY_OWNER:
                kind, data = AccountNotice.Kind.PASSKEY_REMOVED, {"name": passkey.name}
                tell(account_id=account_id, kind=kind, subject_id=passkey.pk, data=data)
        if ended and not live.exists():
            credentials.end(account_id=account_id, kinds=["passkey"], reason="passkey_revoked")
    return len(ended)


def sweep_passkeys() -> None:
    """Delete ceremonies past their deadline, and passkeys that were revoked long ago."""
    now = timezone.now()
    PasskeyCeremony.objects.filter(deadline__lt=now).delete()
    Passkey.objects.filter(revoked_at__lt=now - KEPT_REVOKED).delete()
