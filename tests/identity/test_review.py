"""A person whom the machine refused, and those who decide, over HTTP against the running stack."""

import re
import secrets
from datetime import timedelta
from typing import Any

import httpx
import pytest
from allauth.idp.oidc.models import Token
from django.db import connection
from django.utils import timezone

from identity.engines.images import decode
from identity.jobs.sweep_reviews import sweep_reviews
from identity.models import HeldCapture, HeldFrame, PendingCode, Person, ReviewCase, Template
from identity.operations.reviewers import appoint_reviewer
from tests.identity.enrolling import EILEEN, Enroller
from tests.identity.world import consent
from tests.live import LiveStack
from tests.privacy_watch import database_dump, redis_dump, traces_of

pytestmark = pytest.mark.stack

WHY = "Their passkeys and the years of their accounts say that these are two people."


class Reviewer:
    """An account with the role, and a token that an application for reviewers would hold."""

    def __init__(
        self, http: httpx.Client, name: str, *, scopes: str = "read admin:read:reviews admin:write:reviews"
    ) -> None:
        self.enroller = Enroller(http, name, consents=False)
        self.account = self.enroller.account
        appoint_reviewer(account_id=self.account.pk)
        value = secrets.token_urlsafe(30)
        token = Token(type=Token.Type.ACCESS_TOKEN, user=self.account)
        token.set_value(value)
        token.set_scopes(scopes.split())
        token.save()
        self.enroller.headers = {"Authorization": f"Bearer {value}"}

    def get(self, path: str = "") -> httpx.Response:
        return self.enroller.get(f"/admin/reviews{path}")

    def decides(self, number: str, outcome: str, **more: Any) -> httpx.Response:
        """Read the case, then decide."""
        revision = self.get(f"/{number}").json().get("revision", 1)
        body = {"outcome": outcome, "reasons": WHY, "revision": revision, **more}
        return self.enroller.post(f"/admin/reviews/{number}/decisions", json=body)


def refused_as_eileen(http: httpx.Client, name: str = "twin", *, hold: bool = False) -> tuple[Enroller, str]:
    """Eileen is admitted, and somebody with her face refused; gives the latter and the number of their case."""
    if not Person.objects.exists():
        assert Enroller(http, "eileen").enrol(EILEEN)["state"] == "admitted"
    twin = Enroller(http, name)
    if hold:
        consent(twin.account.pk, "review_hold")
    refused = twin.enrol(EILEEN)
    assert (refused["state"], refused["reasons"][0]["code"]) == ("rejected", "duplicate")
    assert refused["review"]["number"] in refused["reasons"][0]["sentence"]
    assert refused["review"]["url"].endswith(f"/reviews/{refused['review']['number']}")
    return twin, refused["review"]["number"]


def test_a_twin_is_admitted_by_a_person_and_both_stay_known(http: httpx.Client, stack: LiveStack) -> None:
    twin, number = refused_as_eileen(http, hold=True)
    mine = twin.get(f"/reviews/{number}").json()
    assert (mine["kind"], mine["state"], mine["held"]["frames"]) == ("duplicate_refused", "open", 4)
    assert "A person looks at your case" in mine["next_step"]
    assert [each["number"] for each in twin.get("/reviews").json()["reviews"]] == [number]
    waiting = twin.post("/enrolments")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "review_open")
    assert twin.post(f"/reviews/{number}/statement", json={"text": "My sister is here already."}).status_code == 200
    assert twin.post(f"/reviews/{number}/statement", json={"text": "x" * 2001}).status_code == 422

    judge = Reviewer(http, "judge")
    assert [each["number"] for each in judge.get().json()["reviews"]] == [number]
    file = judge.get(f"/{number}").json()
    assert file["statement"] == "My sister is here already."
    assert file["scores"]["band"] == "duplicate"
    assert [gesture["gesture"] for gesture in file["gestures"]] == twin.gestures
    (near,) = file["candidates"]
    assert near["distance"] < 0.25
    assert near["account"]["credentials"] == [{"kind": "face", "level": "unique"}]
    assert "eileen" not in str(file)
    assert "twin" not in str(file)
    assert not re.search("[01]{64}", str(file)), "a code is in the case"

    picture = judge.get(f"/{number}/frames/1")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert picture.headers["cache-control"] == "no-store"
    assert decode(picture.content).shape[2] == 3
    assert judge.get(f"/{number}/frames/9").status_code == 404
    seen = twin.get(f"/reviews/{number}").json()["seen"]
    assert [(look["reviewer"], look["frame"]) for look in seen] == [("reviewer 1", 1)]
    for place in (stack.log_text(), database_dump(), redis_dump().decode("latin-1")):
        assert not any(trace in place for trace in traces_of(picture.content))

    decided = judge.decides(number, "admit_as_sibling", siblings=[near["number"]])
    assert (decided.status_code, decided.json()["outcome"]) == (200, "admit_as_sibling")
    mine = twin.get(f"/reviews/{number}").json()
    assert (mine["state"], mine["reasons"], mine["held"]) == ("decided", WHY, None)
    assert mine["seen"]
    assert twin.get("/personhood").json()["admitted"] is True
    assert twin.get(twin.path).json()["state"] == "admitted"
    assert judge.get(f"/{number}/frames/1").status_code == 404
    assert not PendingCode.objects.exists()
    assert not HeldFrame.objects.exists()
    # The next check of either knows the other; for somebody new they are two people.
    assert twin.enrol(EILEEN)["state"] == "admitted"
    third, third_number = refused_as_eileen(http, "third")
    assert len(judge.get(f"/{third_number}").json()["candidates"]) == 2
    assert third.delete(f"/reviews/{third_number}").json()["outcome"] == "withdrawn"
    assert third.post("/enrolments").status_code == 201


def test_in_the_review_band_a_person_decides(http: httpx.Client) -> None:
    assert Enroller(http, "eileen").enrol(EILEEN)["state"] == "admitted"
    # As if another sitting and another light lay between: 28 % of the bits differ, and the second opinion agrees.
    template = Template.objects.get()
    away = (1 << 290) - 1
    Template.objects.update(code=f"{int(template.code, 2) ^ away:01024b}")
    again = Enroller(http, "again")
    waiting = again.enrol(EILEEN)
    assert (waiting["state"], waiting["reasons"][0]["code"]) == ("review", "uncertain")
    number = waiting["review"]["number"]
    assert again.get(f"/reviews/{number}").json()["kind"] == "review_band"
    assert again.get("/personhood").json()["admitted"] is False
    judge = Reviewer(http, "judge")
    (near,) = judge.get(f"/{number}").json()["candidates"]
    assert 0.25 < near["distance"] < 0.355
    assert near["second_distance"] < 0.155
    assert judge.decides(number, "admit").status_code == 200
    assert again.get(again.path).json()["state"] == "admitted"
    assert again.get("/personhood").json()["method"] == "face-gestures-1-reviewed"
    words = [notice["subject"] for notice in again.get("/notices").json()["notices"]]
    assert words == [f"Your case {number} is decided", f"A person looks at your case {number}"]


def test_two_refuse_the_person_appeals_and_others_decide_on_a_new_capture(http: httpx.Client) -> None:
    twin, number = refused_as_eileen(http)
    one, two, three = (Reviewer(http, name) for name in ("one", "two", "three"))
    assert one.decides(number, "refuse").json()["state"] == "awaiting_second_reviewer"
    assert "second person" in twin.get(f"/reviews/{number}").json()["next_step"]
    assert one.decides(number, "confirm_refusal").status_code == 403
    assert two.decides(number, "confirm_refusal", reasons="I find the same.").json()["outcome"] == "refuse"
    mine = twin.get(f"/reviews/{number}").json()
    assert mine["reasons"] == f"{WHY}\n\nI find the same."
    assert mine["appealable_until"]
    assert not PendingCode.objects.exists()

    appealed = twin.post(f"/reviews/{number}/appeal", json={"text": "I have a sister."})
    assert (appealed.status_code, appealed.json()["state"]) == (201, "awaiting_capture")
    again = appealed.json()["number"]
    assert twin.post(f"/reviews/{number}/appeal", json={"text": "I have a sister."}).json()["number"] == again
    continued = twin.enrol(EILEEN)
    assert (continued["state"], continued["review"]["number"]) == ("review", again)
    assert one.get(f"/{again}").status_code == two.get(f"/{again}").status_code == 404
    assert three.get().json()["reviews"][0]["appeal_of"] == number
    assert three.decides(again, "admit").status_code == 200
    assert twin.get("/personhood").json()["admitted"] is True


def test_a_capture_may_be_offered_to_be_held_and_is_gone_with_the_consent(http: httpx.Client) -> None:
    twin, number = refused_as_eileen(http)
    assert twin.get(f"/reviews/{number}").json()["held"] is None
    assert twin.post(f"/reviews/{number}/hold").json()["code"] == "consent_required"
    consent(twin.account.pk, "review_hold")
    assert twin.post(f"/reviews/{number}/hold").json()["capture_offered"] is True
    assert twin.enrol(EILEEN)["review"]["number"] == number
    held = twin.get(f"/reviews/{number}").json()
    assert (held["held"]["frames"], held["capture_offered"]) == (4, False)
    judge = Reviewer(http, "judge")
    assert judge.get(f"/{number}/frames/2").status_code == 200
    assert twin.delete("/consents/review_hold").status_code == 200
    assert judge.get(f"/{number}/frames/2").status_code == 404
    assert not HeldFrame.objects.exists()
    assert twin.get(f"/reviews/{number}").json()["state"] == "open"


def test_pictures_are_held_for_seven_days_at_most(http: httpx.Client) -> None:
    twin, number = refused_as_eileen(http, hold=True)
    expires_at = HeldCapture.objects.get().expires_at
    assert expires_at <= timezone.now() + timedelta(days=7)
    HeldCapture.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    judge = Reviewer(http, "judge")
    assert judge.get(f"/{number}/frames/1").status_code == 404
    sweep_reviews()
    assert not HeldFrame.objects.exists()
    assert not HeldCapture.objects.exists()
    assert twin.get(f"/reviews/{number}").json()["held"] is None
    # In no write-ahead log, and so in no archive, replica or base backup of one.
    with connection.cursor() as cursor:
        cursor.execute("select relpersistence from pg_class where oid = 'identity_heldframe'::regclass")
        assert cursor.fetchone() == ("u",)


def test_a_better_capture_is_asked_for_in_words(http: httpx.Client) -> None:
    twin, number = refused_as_eileen(http)
    judge = Reviewer(http, "judge")
    assert judge.decides(number, "better_capture", reasons="Take off your hat, please.").status_code == 200
    mine = twin.get(f"/reviews/{number}").json()
    assert (mine["state"], mine["reasons"]) == ("awaiting_capture", "Take off your hat, please.")
    assert "Open a new enrolment" in mine["next_step"]
    assert judge.decides(number, "admit").json()["code"] == "awaiting_capture"
    continued = twin.enrol(EILEEN)
    assert (continued["state"], continued["review"]["number"]) == ("review", number)
    assert judge.get(f"/{number}").json()["captures"] == 2


def test_withdrawing_the_check_ends_the_review_and_deletes_what_it_kept(http: httpx.Client) -> None:
    twin, number = refused_as_eileen(http, hold=True)
    assert PendingCode.objects.exists()
    assert twin.delete("/consents/biometric_check").status_code == 200
    mine = twin.get(f"/reviews/{number}").json()
    assert (mine["state"], mine["outcome"], mine["held"]) == ("decided", "withdrawn", None)
    assert not PendingCode.objects.exists()
    assert not HeldFrame.objects.exists()


def test_somebody_elses_review_does_not_exist_and_reviewing_takes_role_and_scope(http: httpx.Client) -> None:
    twin, number = refused_as_eileen(http)
    other = Enroller(http, "other")
    assert other.get(f"/reviews/{number}").status_code == 404
    assert other.delete(f"/reviews/{number}").status_code == 404
    for path in ("statement", "appeal"):
        assert other.post(f"/reviews/{number}/{path}", json={"text": "mine"}).status_code == 404
    assert other.post(f"/reviews/{number}/hold").status_code == 404
    assert twin.get("/reviews/%00").status_code == 404
    assert twin.get("/reviews/R-2026-999999999999").status_code == 404
    # A token of read and write opens nothing of the reviewers'; nor does the scope without the role.
    assert other.get("/admin/reviews").status_code == 403
    scoped = Reviewer(http, "scoped")
    scoped.account.groups.clear()
    for path in ("", f"/{number}", f"/{number}/frames/1"):
        assert scoped.get(path).status_code == 403
    assert scoped.decides(number, "admit").status_code == 403
    reader = Reviewer(http, "reader", scopes="admin:read:reviews")
    assert reader.get(f"/{number}").status_code == 200
    assert reader.decides(number, "admit").status_code == 403
    judge = Reviewer(http, "judge")
    assert judge.decides(number, "admit", revision="9" * 30).status_code == 422
    assert judge.get("?cursor=no").status_code == 422
    assert judge.get("?state=nowhere").status_code == 422
    assert ReviewCase.objects.get().state == "open"


def test_the_queue_is_read_in_pages_by_deadline(http: httpx.Client) -> None:
    judge = Reviewer(http, "judge")
    numbers = []
    for name, days in (("late", 9), ("soon", 2), ("later", 12)):
        account = Enroller(http, name, consents=False).account
        case = ReviewCase.objects.create(
            account=account, kind="review_band", deadline=timezone.now() + timedelta(days=days)
        )
        numbers.append(case.number)
    first = judge.get("?limit=2").json()
    assert [each["number"] for each in first["reviews"]] == [numbers[1], numbers[0]]
    second = judge.get(f"?limit=2&cursor={first['next_cursor']}").json()
    assert ([each["number"] for each in second["reviews"]], second["next_cursor"]) == ([numbers[2]], None)
