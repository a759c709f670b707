"""Frames on their way in: bounded by their headers alone, then encrypted."""

import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from common.problems import Conflict, NotAllowed, Problem
from identity.engines.images import ImageRefused, inspect
from identity.models import Enrolment
from identity.models.capture import Capture
from identity.operations.challenges import CHECK_SECONDS, LIMITS
from identity.operations.enrolments import expire_past_deadline, locked, require_capturing

# Of one enrolment: 48 frames of a camera of 1280 x 720 are a third of it.
MOST_BYTES = 48 * 1024 * 1024


def add_frames(
    *,
    enrolment_id: int,
    account_id: int | None,
    gesture: str,
    nonce: str,
    frames: Sequence[bytes],
    secret: str = "",
) -> Enrolment:
    """Take frames of one gesture, in order of time; more may follow until the next gesture has begun.

    A frame that is there already is not taken again, so a request may be repeated. Raises NotFound, NotAllowed for
    another nonce, Conflict past the deadline or out of order, and Problem for a frame that is no picture within the
    limits: nothing of such a request is kept.
    """
    expire_past_deadline(enrolment_id=enrolment_id, account_id=account_id, secret=secret)
    _check_pictures(frames)
    with transaction.atomic():
        enrolment = locked(enrolment_id=enrolment_id, account_id=account_id, secret=secret)
        if not secrets.compare_digest(enrolment.nonce.encode(), nonce.encode()):
            raise NotAllowed("The nonce is not the one of this enrolment.", code="wrong_nonce")
        require_capturing(enrolment)
        _require_turn(enrolment, gesture)
        size = enrolment.frame_bytes + sum(len(frame) for frame in frames)
        if size > MOST_BYTES:
            raise Problem(
                f"All frames of an enrolment together may have {MOST_BYTES:,} bytes: send smaller pictures.",
                code="too_large",
                status=413,
                field="frames",
                limit=MOST_BYTES,
            )
        sent = enrolment.frames.get(gesture, 0)
        if sent + len(frames) > LIMITS.max_frames:
            # A repeated request may look like too many: only frames that are new count.
            raise Problem(
                f"A gesture has at most {LIMITS.max_frames} frames; {sent} are here and {len(frames)} more were sent.",
                code="too_many_frames",
                field="frames",
                limit=LIMITS.max_frames,
            )
        left = max(1, int((enrolment.deadline - timezone.now()).total_seconds()))
        capture = Capture(enrolment_id, bytes(enrolment.frame_key or b""))
        kept = capture.add(gesture, frames, start=sent, seconds=left + CHECK_SECONDS)
        enrolment.frames = enrolment.frames | {gesture: sent + kept}
        enrolment.frame_bytes = size
        enrolment.state = Enrolment.State.CAPTURING
        enrolment.save(update_fields=["frames", "frame_bytes", "state"])
    return enrolment


def _check_pictures(frames: Sequence[bytes]) -> None:
    if not frames:
        raise Problem("Send at least one picture, as the form field frames.", field="frames")
    if len(frames) > LIMITS.max_frames:
        raise Problem(
            f"A gesture has at most {LIMITS.max_frames} frames; {len(frames)} were sent.",
            code="too_many_frames",
            field="frames",
            limit=LIMITS.max_frames,
        )
    for number, frame in enumerate(frames):
        try:
            inspect(frame, limits=LIMITS.image)
        except ImageRefused as refusal:
            raise Problem(
                refusal.sentence,
                code=refusal.code,
                status=413 if refusal.code == "image_too_large" else 422,
                field=f"frames.{number}",
                limit=refusal.limit,
            ) from refusal


def _require_turn(enrolment: Enrolment, gesture: str) -> None:
    challenge: list[str] = enrolment.challenge
    if gesture not in challenge:
        raise Problem(
            f"{gesture[:40]} was not asked. Perform, in this order: {', '.join(challenge)}.",
            code="gesture_not_asked",
            field="gesture",
        )
    place = challenge.index(gesture)
    if any(enrolment.frames.get(later) for later in challenge[place + 1 :]):
        raise Conflict(f"{gesture} is past: the next gesture has begun.", code="wrong_order", field="gesture")
    for earlier in challenge[:place]:
        if enrolment.frames.get(earlier, 0) < enrolment.least_frames:
            raise Conflict(
                f"First comes {earlier}: at least {enrolment.least_frames} different frames of it are needed.",
                code="wrong_order",
                field="gesture",
                limit=enrolment.least_frames,
            )
