"""A painted person who enrols without HTTP or a worker, in milliseconds; needs `settings.FACE_ENGINES = SCRIPTED`."""

from identity.engines.gestures import Gesture
from identity.jobs.check_enrolment import check_enrolment
from identity.models import Account, Enrolment
from identity.operations.enrolments import open_enrolment, submit_enrolment
from identity.operations.frames import add_frames
from tests.identity.scripted import painted
from tests.identity.world import ready_to_enrol

SCRIPTED = "tests.identity.scripted.scripted_engines"


def submitted(username: str, *, who: int, take: int) -> Enrolment:
    """The account (made when it is not there) has sent its capture; nobody has looked at it yet."""
    account, new = Account.objects.get_or_create(username=username)
    if new:
        ready_to_enrol(account.pk)
    enrolment = open_enrolment(account_id=account.pk, address=f"of {username}")
    for gesture in enrolment.challenge:
        frames = painted(who, Gesture(gesture), take=take)
        add_frames(
            enrolment_id=enrolment.pk, account_id=account.pk, gesture=gesture, nonce=enrolment.nonce, frames=frames
        )
    submit_enrolment(enrolment_id=enrolment.pk, account_id=account.pk)
    return enrolment


def enrolled(username: str, *, who: int, take: int = 1) -> Enrolment:
    """All of it; the enrolment as it was decided."""
    enrolment = submitted(username, who=who, take=take)
    check_enrolment(enrolment.pk)
    enrolment.refresh_from_db()
    return enrolment
