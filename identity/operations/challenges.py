"""Draws the challenge of a capture, within what a person can do and the time that they need."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.after_commit import after_commit
from common.problems import Conflict, Problem
from identity.engines.capture import ExaminationLimits
from identity.engines.gestures import Gesture, TooFewGestures, draw_challenge
from identity.models import Enrolment
from identity.models.capture import keep_frames
from identity.queries.enrolments import own_enrolment
from identity.queries.retries import other_ways

LIMITS = ExaminationLimits()
GESTURES = 3
# A shorter challenge is easier to prepare for: each of its gestures is looked at for longer.
FRAMES_OF_A_SHORT_CHALLENGE = 8
CHECK_SECONDS = 15 * 60
# From the opening to the last deadline: how long the key of frames may live before the check, whatever is asked.
LONGEST_CAPTURE = timedelta(minutes=15)
MOST_EXTENSIONS = 2


@dataclass(frozen=True, slots=True)
class Abilities:
    """Gestures that somebody has said they `cannot` make, and whether they need `more_time` from the start.

    What somebody cannot do tells of their health, so it is used for the draw and stored nowhere.
    """

    cannot: frozenset[Gesture] = frozenset()
    more_time: bool = False

    @classmethod
    def of(cls, cannot: Sequence[str] = (), more_time: bool = False) -> "Abilities":
        """Raises Problem for a gesture that there is not."""
        known = {gesture.value for gesture in Gesture}
        for name in cannot:
            if name not in known:
                raise Problem(f"{name[:40]} is no gesture: there are {', '.join(sorted(known))}.", field="cannot")
        return cls(frozenset(Gesture(name) for name in cannot), more_time)


ABLE = Abilities()


def drawn(
    purpose: Enrolment.Purpose, abilities: Abilities, *, account_id: int | None = None, secret_sha256: str = ""
) -> Enrolment:
    """A new capture. Raises Problem (code `too_few_gestures`, with other ways in) when fewer than two gestures are left."""
    try:
        challenge = draw_challenge(secrets.SystemRandom(), count=GESTURES, cannot=abilities.cannot)
    except TooFewGestures as error:
        raise Problem(
            "With fewer than two gestures that you can make, a check of your face would show too little. There are other"
            " ways with the same rights.",
            code="too_few_gestures",
            field="cannot",
            more={"other_ways": [way.shown() for way in other_ways()]},
        ) from error
    now = timezone.now()
    minutes = settings.CAPTURE_MINUTES * (2 if abilities.more_time else 1)
    return Enrolment.objects.create(
        purpose=purpose,
        account_id=account_id,
        secret_sha256=secret_sha256,
        challenge=[gesture.value for gesture in challenge],
        least_frames=LIMITS.min_frames if len(challenge) >= GESTURES else FRAMES_OF_A_SHORT_CHALLENGE,
        nonce=secrets.token_urlsafe(24),
        deadline=now + min(timedelta(minutes=minutes), LONGEST_CAPTURE),
        frame_key=secrets.token_bytes(32),
        step="waiting for frames",
    )


def extend_deadline(*, enrolment_id: int, account_id: int | None, secret: str = "") -> Enrolment:
    """Give a capture another `settings.CAPTURE_MINUTES`, twice at most and to 15 minutes in all from its opening.

    Raises NotFound, and Conflict for a capture that takes no more frames, is past its deadline or was extended enough.
    """
    with transaction.atomic():
        own_enrolment(enrolment_id=enrolment_id, account_id=account_id, secret=secret)
        enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
        now = timezone.now()
        if enrolment.state not in (Enrolment.State.OPENED, Enrolment.State.CAPTURING) or enrolment.deadline < now:
            raise Conflict(
                "This capture takes no more frames: open a new one, with more_time from the start.",
                code="capture_over",
            )
        last = enrolment.opened_at + LONGEST_CAPTURE
        if enrolment.extensions >= MOST_EXTENSIONS or enrolment.deadline >= last:
            raise Conflict(
                f"A capture has at most {LONGEST_CAPTURE.seconds // 60} minutes and is extended {MOST_EXTENSIONS} times"
                " at most. Finish it, or open a new one and take your time before you open it.",
                code="no_more_time",
                limit=LONGEST_CAPTURE.seconds // 60,
            )
        enrolment.deadline = min(enrolment.deadline + timedelta(minutes=settings.CAPTURE_MINUTES), last)
        enrolment.extensions += 1
        enrolment.save(update_fields=["deadline", "extensions"])
        left = int((enrolment.deadline - now).total_seconds())
        after_commit(keep_frames, enrolment_id, seconds=left + CHECK_SECONDS)
    return enrolment
