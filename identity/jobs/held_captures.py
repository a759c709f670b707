"""Pictures held for a reviewer: put away, shown once each time with a line in the log, deleted."""

import os
from collections.abc import Collection, Sequence
from contextlib import suppress

from django.conf import settings
from django.db import connection
from django.utils import timezone

from common import events
from identity.engines.held_frames import SALT_BYTES, FrameDamaged, key_info, seal, unseal
from identity.models import HeldCapture, HeldCaptureView, HeldFrame, ReviewCase
from identity.queries.template_keys import root_secrets


def hold_frames(case: ReviewCase, frames: Sequence[bytes]) -> None:
    """Seal the frames for the case's reviewers. Call it in the transaction of the decision, with the consent in force."""
    if not connection.in_atomic_block:
        raise RuntimeError("A capture is held in the transaction of the decision that opened its case.")
    salt = os.urandom(SALT_BYTES)
    key = _keys(salt)[0]
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
    opened = _opened(frame)
    if opened is None:
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


def _opened(frame: HeldFrame) -> bytes | None:
    for key in _keys(bytes(frame.held.salt)):
        with suppress(FrameDamaged):
            return unseal(bytes(frame.sealed), key, case_id=frame.held_id, number=frame.number)
    return None


def _keys(salt: bytes) -> list[bytes]:
    """Under each root secret there is, the newest first: a capture outlives a change of the root."""
    return [root.derive(key_info(salt)) for root in root_secrets()]
