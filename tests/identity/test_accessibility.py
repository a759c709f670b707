"""A capture that somebody can make who cannot see the screen, cannot make every gesture, or needs longer."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from common.redis import client
from identity.engines.gestures import Gesture
from identity.engines.guidance import LONGEST_SHORT, first_to_do_first, guidance
from identity.models import Enrolment
from identity.models.capture import place_of
from tests.identity.enrolling import GRACE, Enroller, flat, performed

ALL = [gesture.value for gesture in Gesture]


def fields_of(enrolment: dict[str, Any]) -> str:
    """Every stored value of an enrolment but the challenge, as text."""
    row = Enrolment.objects.filter(pk=enrolment["id"]).values().get()
    return repr({name: value for name, value in row.items() if name != "challenge"})


def test_every_gesture_can_be_heard_read_from_afar_and_felt() -> None:
    given = [guidance(gesture) for gesture in Gesture]
    for each in given:
        assert len(each.short) <= LONGEST_SHORT
        assert each.spoken.endswith(".")
        # Nothing in it points at a screen.
        assert not any(
            word in each.spoken.lower() for word in ("see the", "arrow", "circle", "screen", "shown", "colour")
        )
    assert len({each.sound for each in given}) == len({each.haptic for each in given}) == len(ALL)


def test_what_hides_the_rest_is_told_first() -> None:
    codes = ["smile_not_seen", "blurred", "too_dark", "no_face", "turn_left_not_seen", "image_damaged"]
    ordered = [codes[place] for place in first_to_do_first(codes)]
    assert ordered == ["image_damaged", "no_face", "too_dark", "blurred", "smile_not_seen", "turn_left_not_seen"]


@pytest.mark.stack
def test_no_gesture_is_asked_that_somebody_cannot_make(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    cannot = ["turn_left", "turn_right"]
    for _ in range(3):
        grace.open(cannot=cannot)
        assert sorted(grace.gestures) == ["blink_twice", "look_up", "smile"]
        assert "turn_" not in fields_of(grace.enrolment)
        grace.delete(grace.path)
    decided = grace.enrol(GRACE, cannot=cannot)
    assert (decided["state"], decided["reasons"], decided["retry"]) == ("admitted", [], None)
    assert decided["challenge"][0]["guidance"]["spoken"]


@pytest.mark.stack
def test_with_two_gestures_left_each_is_looked_at_for_longer(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.open(cannot=["look_up", "turn_left", "turn_right"])
    assert sorted(grace.gestures) == ["blink_twice", "smile"]
    assert grace.enrolment["frames_per_gesture"] == {"least": 8, "most": 16}
    first, second = grace.gestures
    grace.send(first, performed(GRACE, first)[:5])
    early = grace.send(second, performed(GRACE, second))
    assert (early.status_code, early.json()["code"], early.json()["limit"]) == (409, "wrong_order", 8)
    for gesture in (first, second):
        grace.send(gesture, performed(GRACE, gesture)[5 if gesture == first else 0 :])
    grace.submit()
    assert grace.decided()["state"] == "admitted"


@pytest.mark.stack
def test_with_fewer_than_two_another_way_is_named(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    refused = grace.post("/enrolments", json={"cannot": ALL[:4]})
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["field"]) == (422, "too_few_gestures", "cannot")
    assert {way["kind"] for way in problem["other_ways"]} == {"world_id", "referee"}
    assert not Enrolment.objects.exists()
    unknown = grace.post("/enrolments", json={"cannot": ["stand_up"]})
    assert (unknown.status_code, unknown.json()["field"]) == (422, "cannot.0")
    assert grace.post("/enrolments", json={"cannot": ["smile"] * 6}).status_code == 422


@pytest.mark.stack
def test_more_time_is_given_without_a_reason_and_within_a_bound(http: httpx.Client) -> None:
    grace, other = Enroller(http, "grace"), Enroller(http, "other")
    grace.open()
    gesture = grace.gestures[0]
    grace.send(gesture, performed(GRACE, gesture))
    place = place_of(int(grace.enrolment["id"]))
    before = Enrolment.objects.get(pk=grace.enrolment["id"])
    longer = grace.post(f"{grace.path}/more-time")
    assert longer.status_code == 200, longer.text
    after = Enrolment.objects.get(pk=grace.enrolment["id"])
    assert after.deadline - before.deadline == timedelta(minutes=5)
    # The frames that are there already live as long as the capture does.
    assert client().ttl(place) > 20 * 60
    assert grace.post(f"{grace.path}/more-time").status_code == 200
    assert Enrolment.objects.get().deadline <= before.opened_at + timedelta(minutes=15)
    enough = grace.post(f"{grace.path}/more-time")
    assert (enough.status_code, enough.json()["code"], enough.json()["limit"]) == (409, "no_more_time", 15)
    assert other.post(f"{grace.path}/more-time").status_code == 404
    grace.delete(grace.path)
    assert grace.post(f"{grace.path}/more-time").json()["code"] == "capture_over"
    grace.open(more_time=True)
    opened = Enrolment.objects.get(pk=grace.enrolment["id"])
    assert timedelta(minutes=9) < opened.deadline - opened.opened_at <= timedelta(minutes=10)


@pytest.mark.stack
def test_who_fails_three_times_is_shown_another_way(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    for failures in (1, 2, 3):
        refused = grace.enrol(GRACE, by=flat)
        retry = refused["retry"]
        assert refused["state"] == "rejected"
        assert retry["attempts_left"] == 10 - failures
        assert [change["code"] for change in retry["change"]] == [reason["code"] for reason in refused["reasons"]]
        assert all(len(change["short"]) <= LONGEST_SHORT and change["spoken"] for change in retry["change"])
        assert bool(retry["other_ways"]) == (failures == 3)
    assert {way["kind"] for way in retry["other_ways"]} == {"world_id", "referee"}
