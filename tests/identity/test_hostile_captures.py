"""Captures in hands that mean harm: what is moved, repeated, late, tried in numbers, or somebody else's."""

import secrets
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from common.redis import client
from identity.models import Enrolment, Person
from identity.models.capture import frames_alive, place_of
from tests.identity.enrolling import API, EILEEN, GRACE, Enroller, performed

pytestmark = pytest.mark.stack


def test_frames_sealed_for_one_enrolment_open_in_no_other(http: httpx.Client) -> None:
    grace, thief = Enroller(http, "grace"), Enroller(http, "thief")
    grace.capture(GRACE)
    thief.open()
    # The thief reaches Redis, and even has the same gestures asked and counted.
    mine = Enrolment.objects.get(pk=grace.enrolment["id"])
    Enrolment.objects.filter(pk=thief.enrolment["id"]).update(
        challenge=mine.challenge, frames=mine.frames, state=Enrolment.State.CAPTURING
    )
    client().copy(place_of(mine.pk), place_of(int(thief.enrolment["id"])))
    thief.submit()
    decided = thief.decided()
    assert (decided["state"], decided["reasons"][0]["code"]) == ("expired", "capture_again")
    assert not Person.objects.exists()
    grace.submit()
    assert grace.decided()["state"] == "admitted"


def test_frames_past_the_deadline_are_not_kept(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.open()
    Enrolment.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    late = grace.send(grace.gestures[0], performed(GRACE, grace.gestures[0]))
    assert late.status_code == 409
    assert late.json()["code"] in {"deadline_passed", "enrolment_expired"}
    assert not frames_alive(int(grace.enrolment["id"]))


def test_one_picture_sent_many_times_is_one_picture(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.open()
    first = grace.gestures[0]
    for _ in range(3):
        answer = grace.send(first, performed(GRACE, first)[:1] * 5)
    assert answer.json()["challenge"][0]["frames"] == 1
    early = grace.send(grace.gestures[1], performed(GRACE, grace.gestures[1]))
    assert (early.status_code, early.json()["code"]) == (409, "wrong_order")


def test_one_address_opens_so_many_in_an_hour_whatever_the_accounts(http: httpx.Client) -> None:
    for number in range(50):
        Enroller(http, f"person_{number}").open()
    refused = Enroller(http, "one_more").post("/enrolments")
    assert (refused.status_code, refused.json()["limit"]) == (429, 50)
    assert "network address" in refused.json()["detail"]
    assert Enrolment.objects.count() == 50


def test_a_guessed_secret_opens_nobodys_capture(http: httpx.Client) -> None:
    eileen = Enroller(http, "eileen")
    eileen.capture(EILEEN)
    for secret in ("", secrets.token_urlsafe(32), "x" * 5000):
        headers = {"Capture-Secret": secret}
        answer = http.get(f"{API}{eileen.path}", headers=headers)
        # Without any secret the caller is nobody at all.
        assert answer.status_code == (404 if secret else 401)
        assert http.post(f"{API}{eileen.path}/submit", headers=headers).status_code == answer.status_code
    assert eileen.get(eileen.path).json()["state"] == "capturing"
