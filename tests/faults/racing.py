"""One of many processes that check enrolments at the same instant: `python -m tests.faults.racing 0 8 25 20`.

Everything is real (operations, Redis, encryption, examination, PostgreSQL) except the models behind the port.
"""

import os
import sys

import django
import redis

# Seconds that the fastest process waits for the slowest one before a round.
LONGEST_WAIT = 300


def race(number: int, processes: int, rounds: int, people: int) -> None:
    """Submit `rounds` enrolments, wait for the other processes, then check them in the same order as they do."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    settings.FACE_ENGINES = "tests.identity.scripted.scripted_engines"

    from identity.engines.gestures import Gesture
    from identity.jobs.check_enrolment import check_enrolment
    from identity.models import Account
    from identity.operations.enrolments import open_enrolment, submit_enrolment
    from identity.operations.frames import add_frames
    from tests.identity.scripted import painted
    from tests.identity.world import ready_to_enrol

    submitted = []
    for each in range(rounds):
        account = Account.objects.create(username=f"racer_{number}_{each}")
        ready_to_enrol(account.pk)
        enrolment = open_enrolment(account_id=account.pk, address=f"192.0.2.{number}-{each}")
        for gesture in enrolment.challenge:
            add_frames(
                enrolment_id=enrolment.pk,
                account_id=account.pk,
                gesture=gesture,
                nonce=enrolment.nonce,
                frames=painted(each % people, Gesture(gesture), take=number),
            )
        submit_enrolment(enrolment_id=enrolment.pk, account_id=account.pk)
        submitted.append(enrolment.pk)
    # The house's own client gives up on an answer after ten seconds, which a busy machine may keep the others for.
    start = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2 * LONGEST_WAIT)
    for each, enrolment_id in enumerate(submitted):
        if start.incr(f"race:{each}") == processes:
            start.rpush(f"start:{each}", *range(processes))
        if start.blpop([f"start:{each}"], timeout=LONGEST_WAIT) is None:
            raise RuntimeError(f"Others did not come to round {each} within {LONGEST_WAIT} s.")
        check_enrolment(enrolment_id)


if __name__ == "__main__":
    race(*(int(argument) for argument in sys.argv[1:5]))
