"""Pictures held for a reviewer: put away, shown once each time with a line in the log, deleted."""

import os
from collections.abc import Collection, Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection
from django.utils import timezone

from common import events
from identity.engines.held_frames import SALT_BYTES, FrameDamaged, key_info, seal, unseal
from identity.models import HeldCapture, HeldCaptureView, HeldFrame, ReviewCase


def hold_frames(case: ReviewCase, frames: Sequence[bytes]) -> None:
    """Seal the frames for the case's reviewers. Call it in the transaction of the decision, with the consent in force."""
    if not connection.in_atomic_block:
        raise RuntimeError("A capture is held in the transaction of the decision that opened its case.")
    salt = os.urandom(SALT_BYTES)
    key = _key(salt)
    expires_at = timezone.now() + settings.HOLD_CAPTURE_FOR
    held = HeldCapture.objects.create(case=case, salt=salt, frames=len(frames), expires_at=expires_at)
    HeldFrame.objects.bulk_create(
        HeldFrame(held=held, number=number, sealed=seal(frame, key, case_id=case.pk, number=number))
        for number, frame in enumerate(frames, start=1)
    )
    data = {"number": case.number, "frames": len(frames)}
    events.record("review.capture_held", account_id=case.account_id, subject_id=case.pk, data=data)


def show_frame(*, case: ReviewCase, number: int, reviewer_id: int) -> bytes | None:
    """One frame, JPEG, and the line that says who saw it when; None when it is not held, or no longer."""
    found = HeldFrame.objects.filter(held__case=case, number=number, held__expires_at__gt=timezone.now())
    frame = found.select_related("held").first()
    if frame is None:
        return None
    try:
        opened = unseal(bytes(frame.sealed), _key(bytes(frame.held.salt)), case_id=case.pk, number=number)
    except FrameDamaged:
        return None
    HeldCaptureView.objects.create(case=case, reviewer_id=reviewer_id, frame=number)
    return opened


def delete_held(*, case_ids: Collection[int]) -> int:
    """Delete the held pictures of these cases, with the salt of their key; gives the number of captures."""
    HeldFrame.objects.filter(held__in=list(case_ids)).delete()
    _, deleted = HeldCapture.objects.filter(pk__in=list(case_ids)).delete()
    return deleted.get("identity.HeldCapture", 0)


def delete_held_of(*, account_id: int) -> int:
    """Delete whatever pictures of this account are held: its person no longer consents."""
    return delete_held(case_ids=HeldCapture.objects.filter(case__account_id=account_id).values_list("pk", flat=True))


def delete_expired() -> int:
    """Delete the pictures whose time is over; gives the number of captures."""
    expired = HeldCapture.objects.filter(expires_at__lte=timezone.now()).values_list("pk", flat=True)
    return delete_held(case_ids=expired)


def _key(salt: bytes) -> bytes:
    hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=key_info(salt))
    return hkdf.derive(settings.TEMPLATE_ROOT_SECRET.encode())
