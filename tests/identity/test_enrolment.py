"""A person enrols, over HTTP, against the running stack."""

import json
from pathlib import Path

import httpx
import pytest

from common.models import Event
from common.redis import client
from identity.models import Credential, Enrolment, Person, Template
from identity.models.capture import place_of
from tests.identity.enrolling import EILEEN, GRACE, Enroller, flat, performed
from tests.live import LiveStack

pytestmark = pytest.mark.stack


def test_two_people_are_admitted_and_a_face_only_once(http: httpx.Client) -> None:
    grace, eileen, again = (Enroller(http, name) for name in ("grace", "eileen", "again"))
    assert grace.get("/personhood").json()["level"] == "none"
    admitted = grace.enrol(GRACE)
    assert (admitted["state"], admitted["reasons"]) == ("admitted", [])
    personhood = grace.get("/personhood").json()
    assert (personhood["level"], personhood["admitted"]) == ("unique", True)

    assert eileen.enrol(EILEEN)["state"] == "admitted"

    refused = again.enrol(EILEEN)
    assert refused["state"] == "rejected"
    assert refused["reasons"][0]["code"] == "duplicate"
    assert "another account" in refused["reasons"][0]["sentence"]
    assert again.get("/personhood").json()["level"] == "none"
    assert (Person.objects.count(), Template.objects.count(), Credential.objects.count()) == (2, 2, 2)
    decided = Event.objects.filter(kind="enrolment.decided").order_by("seq")
    assert [event.data["state"] for event in decided] == ["admitted", "admitted", "rejected"]


def test_a_person_may_be_checked_again_and_stays_one(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.enrol(GRACE)
    assert grace.enrol(GRACE)["state"] == "admitted"
    assert (Person.objects.count(), Template.objects.count()) == (1, 1)
    assert Credential.objects.filter(ended_at=None).count() == 1
    another = grace.enrol(EILEEN)
    assert another["reasons"][0]["code"] == "another_face"


def test_frames_and_key_are_gone_after_any_decision(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    for by in (performed, flat):
        grace.capture(GRACE, by=by)
        place = place_of(int(grace.enrolment["id"]))
        assert client().exists(place)
        assert Enrolment.objects.get(pk=grace.enrolment["id"]).frame_key
        grace.submit()
        grace.decided()
        assert not client().exists(place)
        assert Enrolment.objects.get(pk=grace.enrolment["id"]).frame_key is None


@pytest.mark.parametrize("path", [GRACE, EILEEN], ids=["grace", "eileen"])
def test_a_flat_photograph_fails_and_is_told_why(http: httpx.Client, path: Path) -> None:
    holder = Enroller(http, "holder")
    refused = holder.enrol(path, by=flat)
    assert refused["state"] == "rejected"
    assert refused["reasons"]
    for reason in refused["reasons"]:
        assert reason["code"].endswith("_not_seen") or reason["code"] == "no_motion"
        assert reason["gesture"] in holder.gestures
        assert len(reason["sentence"]) > 20
    assert not Person.objects.exists()


def test_two_people_in_turn_are_not_one(http: httpx.Client) -> None:
    pair = Enroller(http, "pair")
    pair.open()
    for number, gesture in enumerate(pair.gestures):
        pair.send(gesture, performed((GRACE, EILEEN)[number % 2], gesture))
    pair.submit()
    assert pair.decided()["reasons"][0]["code"] == "different_faces"


def test_the_check_can_be_followed(http: httpx.Client, stack: LiveStack) -> None:
    grace = Enroller(http, "grace")
    grace.capture(GRACE)
    kinds: list[str] = []
    data: list[dict[str, object]] = []
    options = {"headers": grace.headers | {"Accept": "text/event-stream"}, "timeout": 60}
    with httpx.stream("GET", f"{stack.url}/api/humankind/v1{grace.path}/events", **options) as stream:  # type: ignore[arg-type]  # mypy does not see through the dict
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kinds.append(line.removeprefix("event: "))
            if line.startswith("data: "):
                data.append(json.loads(line.removeprefix("data: ")))
                if len(data) == 1:
                    grace.submit()
    assert data[0]["state"] == "capturing"
    assert kinds[-1] == "decided"
    assert data[-1]["state"] == "admitted"
    assert kinds[1:-1], "no progress was told"
    assert set(kinds[:-1]) == {"progress"}
    shares = [float(str(each["progress"])) for each in data[1:-1] if each["state"] == "checking"]
    assert shares == sorted(shares)


def test_somebody_elses_enrolment_does_not_exist(http: httpx.Client) -> None:
    grace, other = Enroller(http, "grace"), Enroller(http, "other")
    grace.open()
    other.enrolment = grace.enrolment
    assert other.get(other.path).status_code == 404
    assert other.get(f"{other.path}/events").status_code == 404
    assert other.post(f"{other.path}/submit").status_code == 404
    assert other.delete(other.path).status_code == 404
    assert other.send(other.gestures[0], performed(GRACE, other.gestures[0])).status_code == 404
    assert http.get(f"/api/humankind/v1{grace.path}").status_code == 401
    assert grace.get("/enrolments/9999999999999999999999").status_code == 404
