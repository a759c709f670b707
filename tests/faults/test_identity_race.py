"""The same face at the same instant from many processes is admitted once."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import redis
from django.conf import settings

from identity.models import Enrolment, Person, Template
from tests.live import database_url

ROOT = Path(__file__).parent.parent.parent
# 2,000 enrolments of 200 identities: each is tried by every process at the same instant, and fifty of them once more.
PROCESSES, ROUNDS, PEOPLE = 8, 250, 200
# Apart from the running stack's, whose worker would take the nudges.
RACE_REDIS_DATABASE = 7


@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
def test_racing_enrolments_of_one_face_admit_exactly_one() -> None:
    address = settings.REDIS_URL.partition("?")[0].rstrip("/")
    address += f"?db={RACE_REDIS_DATABASE}" if address.startswith("unix:") else f"/{RACE_REDIS_DATABASE}"
    redis.Redis.from_url(address).flushdb()
    variables = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": address,
        "HUMANKIND_LOG_LEVEL": "WARNING",
        "HUMANKIND_DATABASE_POOL": "4",
    }
    racers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.racing", *map(str, (number, PROCESSES, ROUNDS, PEOPLE))],
            cwd=ROOT,
            env=variables,
        )
        for number in range(PROCESSES)
    ]
    assert [racer.wait(1700) for racer in racers] == [0] * PROCESSES
    states = Counter(Enrolment.objects.values_list("state", flat=True))
    assert states == {"admitted": PEOPLE, "rejected": PROCESSES * ROUNDS - PEOPLE}
    refused = Enrolment.objects.filter(state="rejected")
    assert {enrolment.reasons[0]["code"] for enrolment in refused} == {"duplicate"}
    assert Person.objects.count() == Template.objects.count() == PEOPLE
    redis.Redis.from_url(address).flushdb()
