"""Erases a face: codes, what waits with codes or pictures, the credential that rests on it; and signs what was done."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from common import events
from common.after_commit import after_commit
from identity.jobs.credentials import end
from identity.jobs.pending_faces import forget_marks
from identity.jobs.review_cases import CONSENT_WITHDRAWN, end_review_of_face
from identity.models import (
    Account,
    Credential,
    Enrolment,
    ErasureReceipt,
    HeldCapture,
    PendingCode,
    SecondOpinion,
    Template,
)
from identity.models.capture import delete_frames
from identity.queries.receipts import sign_receipt

KIND = "erasure-receipt+jwt"


def erase_biometrics(*, account_id: int, asked_by: ErasureReceipt.AskedBy) -> ErasureReceipt:
    """Erase all that is kept of the account's face, and end its face credential; the account stays, and can be read.

    Call it inside a transaction: nothing that a query can reach is left when it commits. The files of the tables are
    rewritten afterwards (`identity.jobs.rewrite_tables`). A capture that is being checked finds its key gone and admits
    nobody. Erasing twice erases nothing the second time, and gives a receipt that says so.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A face is erased inside a transaction.")
    at = timezone.now()
    # The account first, as everywhere; then its captures: a decision under way is waited for here, and what it wrote is then found below.
    Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
    captures = _end_captures(account_id, at)
    pending = PendingCode.objects.filter(case__account_id=account_id)
    waiting = {
        "pending_codes": pending.count(),
        "held_captures": HeldCapture.objects.filter(case__account_id=account_id).count(),
    }
    epochs = set(pending.values_list("key_epoch_id", flat=True))
    end_review_of_face(account_id=account_id, reason=CONSENT_WITHDRAWN)
    templates = Template.objects.select_for_update().filter(person__account_id=account_id)
    kept = list(templates.values_list("pk", "key_epoch_id", "model"))
    seconds, _ = SecondOpinion.objects.filter(template_id__in=[pk for pk, _, _ in kept]).delete()
    Template.objects.filter(pk__in=[pk for pk, _, _ in kept]).delete()
    counts = {
        "templates": len(kept),
        "second_opinions": seconds,
        **waiting,
        "marks_of_likeness": forget_marks(account_id=account_id),
        "captures_under_way": captures,
        "credentials_ended": end(account_id=account_id, reason="consent_withdrawn", kinds=[Credential.Kind.FACE]),
    }
    about = {
        "key_epochs": sorted({epoch for _, epoch, _ in kept} | epochs),
        "models": sorted({model for _, _, model in kept}),
    }
    return _receipt(account_id, asked_by, {"erased": counts, **about}, at)


def anything_left(account_id: int) -> bool:
    """Whether an erasure would erase anything."""
    under_way = Enrolment.objects.filter(account_id=account_id, state__in=Enrolment.OPEN)
    pending = PendingCode.objects.filter(case__account_id=account_id)
    return Template.objects.filter(person__account_id=account_id).exists() or pending.exists() or under_way.exists()


def _end_captures(account_id: int, at: datetime) -> int:
    under_way = Enrolment.objects.select_for_update().filter(account_id=account_id, state__in=Enrolment.OPEN)
    ids = list(under_way.values_list("pk", flat=True))
    Enrolment.objects.filter(pk__in=ids).update(
        state=Enrolment.State.EXPIRED, frame_key=None, decided_at=at, reasons=[CONSENT_WITHDRAWN]
    )
    # Without their key the frames are noise; they go once the key is gone for good.
    after_commit(_delete_all_frames, ids)
    return len(ids)


def _delete_all_frames(enrolment_ids: Iterable[int]) -> None:
    for enrolment_id in enrolment_ids:
        delete_frames(enrolment_id)


def _receipt(account_id: int, asked_by: ErasureReceipt.AskedBy, erased: dict[str, Any], at: datetime) -> ErasureReceipt:
    row = ErasureReceipt.objects.create(account_id=account_id, asked_by=asked_by, erased=erased, at=at)
    claims = {
        "jti": str(row.pk),
        "sub": str(account_id),
        "erased_at": at.isoformat(),
        "asked_by": asked_by.value,
        **erased,
    }
    row.jws = sign_receipt(claims, kind=KIND)
    row.save(update_fields=["jws"])
    events.record("face.erased", account_id=account_id, subject_id=row.pk, data={"asked_by": asked_by.value})
    return row
