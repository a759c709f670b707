"""The one place where credentials begin and end."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils import timezone

from common import events
from identity.engines.attestation import Attestation
from identity.models import Credential, Person


def issue(
    *, account_id: int, attestation: Attestation, person: Person | None = None, data: dict[str, Any] | None = None
) -> Credential:
    """Write the credential that an attestation stands for; an earlier live one of its kind ends as renewed.

    Call it inside the transaction of what was decided. `data` goes into the event.
    """
    now = timezone.now()
    earlier = Credential.objects.filter(account_id=account_id, kind=attestation.kind, ended_at=None)
    earlier.update(ended_at=now, end_reason="renewed")
    credential = Credential.objects.create(
        person=person,
        account_id=account_id,
        kind=attestation.kind,
        level=attestation.level,
        method=attestation.method,
        expires_at=now + (attestation.valid_for or settings.CREDENTIAL_VALID_FOR),
    )
    events.record(
        "credential.issued",
        account_id=account_id,
        subject_id=credential.pk,
        data={"kind": credential.kind, "level": credential.level, **(data or {})},
    )
    return credential


def end(*, account_id: int, reason: str, kinds: Collection[str] | None = None) -> int:
    """End the account's live credentials, of these kinds or of all; gives their number. Call it inside a transaction."""
    return end_all(account_ids=[account_id], reason=reason, kinds=kinds)


def end_all(*, account_ids: Collection[int], reason: str, kinds: Collection[str] | None = None) -> int:
    """The same for many accounts, in a constant number of queries."""
    live = Credential.objects.select_for_update().filter(account_id__in=account_ids, ended_at=None)
    if kinds is not None:
        live = live.filter(kind__in=list(kinds))
    ended = list(live.order_by("pk"))
    ids = [credential.pk for credential in ended]
    Credential.objects.filter(pk__in=ids).update(ended_at=timezone.now(), end_reason=reason)
    events.record_all(
        "credential.ended",
        [(credential.account_id, credential.pk, {"kind": credential.kind, "reason": reason}) for credential in ended],
    )
    return len(ended)


def bring_forward(*, account_id: int, kind: str, deadline: dt.datetime, reason: str) -> int:
    """Let the account's live credentials of this kind expire by `deadline`; gives how many would have lasted longer.

    Call it inside a transaction.
    """
    live = Credential.objects.select_for_update().filter(account_id=account_id, kind=kind, ended_at=None)
    lasting = list(live.filter(expires_at__gt=deadline))
    for credential in lasting:
        credential.expires_at = deadline
        credential.save(update_fields=["expires_at"])
        data = {"kind": credential.kind, "reason": reason, "deadline": deadline.isoformat()}
        events.record("credential.renewal_asked", account_id=account_id, subject_id=credential.pk, data=data)
    return len(lasting)


def reinstate(*, account_id: int, reason: str) -> int:
    """Let the credentials that were ended for `reason` live on, those that have not expired; gives their number.

    Call it inside a transaction.
    """
    ended = Credential.objects.select_for_update().filter(account_id=account_id, end_reason=reason)
    lasting = list(ended.filter(expires_at__gt=timezone.now()))
    for credential in lasting:
        credential.ended_at, credential.end_reason = None, ""
        credential.save(update_fields=["ended_at", "end_reason"])
        data = {"kind": credential.kind, "level": credential.level}
        events.record("credential.issued", account_id=account_id, subject_id=credential.pk, data=data)
    return len(lasting)
