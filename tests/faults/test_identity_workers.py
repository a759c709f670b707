"""`kill -9` of a worker in the middle of a check."""

import httpx
import pytest

from common.redis import client
from identity.models import Enrolment, Person
from identity.models.capture import delete_frames
from identity.models.progress import progress_of
from tests.identity.enrolling import GRACE, Enroller
from tests.live import LiveStack, wait_for

pytestmark = pytest.mark.stack


def killed_in_the_middle(http: httpx.Client, stack: LiveStack) -> Enroller:
    grace = Enroller(http, "grace")
    grace.capture(GRACE)
    grace.submit()
    wait_for(lambda: progress_of(int(grace.enrolment["id"])).share > 0.05, what="the check to be under way")
    stack.kill("worker")
    row = Enrolment.objects.get(pk=grace.enrolment["id"])
    assert row.state == "checking", "it was decided before the worker was killed"
    return grace


def test_another_worker_takes_the_enrolment_up(http: httpx.Client, stack: LiveStack) -> None:
    grace = killed_in_the_middle(http, stack)
    assert stack.revive() == ["worker"]
    assert grace.decided(seconds=120)["state"] == "admitted"
    assert Person.objects.count() == 1


def test_without_its_frames_it_expires_and_says_so(http: httpx.Client, stack: LiveStack) -> None:
    grace = killed_in_the_middle(http, stack)
    delete_frames(int(grace.enrolment["id"]))
    assert stack.revive() == ["worker"]
    decided = grace.decided(seconds=120)
    assert decided["state"] == "expired"
    assert "capture again" in decided["reasons"][0]["sentence"]
    assert Enrolment.objects.get().frame_key is None
    assert not Person.objects.exists()


def test_an_emptied_redis_costs_a_new_capture_and_nothing_more(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.capture(GRACE)
    client().flushdb()
    lost = grace.post(f"{grace.path}/submit")
    assert (lost.status_code, lost.json()["code"]) == (409, "capture_again")
    assert grace.enrol(GRACE)["state"] == "admitted"
