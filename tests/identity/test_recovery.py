"""Somebody lost every passkey and device, and gets their account back by their face; or somebody else tries to."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.utils import timezone

from common.models import Event
from identity.jobs.found_person import sweep_recoveries
from identity.models import Account, Consent, Credential, Enrolment, Passkey, Person, Recovery
from seeds.software_authenticator import SoftwareAuthenticator
from tests.clients.people import application, join
from tests.identity.enrolling import EILEEN, GRACE, Enroller, flat
from tests.identity.holding import origin, register_passkey
from tests.identity.lost import Lost
from tests.live import LiveStack, wait_for

pytestmark = pytest.mark.stack


def admitted(http: httpx.Client, username: str, path: Path) -> Enroller:
    """Somebody with an e-mail address who was admitted by this face."""
    person = Enroller(http, username)
    Account.objects.filter(pk=person.account.pk).update(email=f"{username}@example.org")
    assert person.enrol(path)["state"] == "admitted"
    return person


def window_over(lost: Lost) -> None:
    """As if the time to stop it had gone by."""
    Recovery.objects.filter(pk=lost.asked["id"]).update(revert_until=timezone.now() - timedelta(minutes=1))


def letter(stack: LiveStack, address: str, *, about: str) -> str:
    """The text of the letter whose subject has these words, once it is sent. No other test has this address."""

    def found() -> list[str]:
        return [str(each.get_content()) for each in stack.letters_to(address) if about in str(each["Subject"])]

    wait_for(found, what=f"the letter: {about}")
    (only,) = found()
    return only


def test_a_person_comes_back_with_a_new_passkey_and_stays_who_they_are(http: httpx.Client, stack: LiveStack) -> None:
    grace = join(http, "returning", admitted=False)
    old = register_passkey(grace)
    friend = join(http, "friend")
    friend.follow(grace)
    face = Enroller.of(grace)
    assert face.enrol(GRACE)["state"] == "admitted"
    person = Person.objects.get(account=face.account)

    lost = Lost(http)
    found = lost.show_face(GRACE)
    assert (found["state"], found["capture"]["state"], found["username"]) == ("matched", "matched", None)
    assert "returning" not in repr(found) and str(face.account.pk) not in repr(found)
    # Nothing can be completed while it can be stopped.
    early = lost.complete(SoftwareAuthenticator(origin=origin(http)))
    assert (early.status_code, early.json()["code"]) == (409, "recovery_waiting")
    assert early.json()["revert_until"]
    # Every device sees it, and a letter goes out.
    seen = face.get("/recoveries/mine").json()["recoveries"]
    assert [(row["id"], row["state"]) for row in seen] == [(found["id"], "matched")]
    assert face.get("/notices").json()["notices"][0]["kind"] == "recovery_started"
    assert "has asked to recover" in letter(stack, "returning@example.org", about="asks to recover")
    given = Consent.objects.filter(account=face.account, purpose="biometric_check", given=True)
    assert given.count() == 2

    window_over(lost)
    held = SoftwareAuthenticator(origin=origin(http))
    completed = lost.complete(held)
    assert completed.status_code == 200, completed.text
    assert (completed.json()["state"], completed.json()["username"]) == ("completed", "returning")
    # Every earlier way in has ended; the account, its person and its followers have not.
    assert face.get("/recoveries/mine").status_code == 401
    assert [bytes(key.credential_id) for key in Passkey.objects.filter(revoked_at=None)] == [held.credential_id]
    assert not Account.objects.get(pk=face.account.pk).has_usable_password()
    assert Person.objects.get(account=face.account) == person
    assert Credential.objects.filter(account=face.account, kind="face", ended_at=None).count() == 1
    token = signed_in(http, held)
    mine = http.get("/api/v1/accounts/verify_credentials", headers={"Authorization": f"Bearer {token}"}).json()
    assert (mine["username"], mine["followers_count"]) == ("returning", 1)
    assert sign_in(http, old).status_code == 401
    # Told again, and the secret has done its work.
    assert "has one new passkey" in letter(stack, "returning@example.org", about="was recovered")
    assert lost.complete(SoftwareAuthenticator(origin=origin(http))).json()["code"] == "recovery_completed"
    log = stack.log_text()
    assert lost.asked["secret"] not in log


def sign_in(http: httpx.Client, held: SoftwareAuthenticator) -> httpx.Response:
    """Sign in to an application by a passkey."""
    client_id, secret = application(http)
    begun = http.post("/api/humankind/v1/passkeys/sign-in/begin").json()
    body = {"client_id": client_id, "client_secret": secret, "response": held.get(begun["public_key"])}
    return http.post("/api/humankind/v1/passkeys/sign-in/complete", json=body)


def signed_in(http: httpx.Client, held: SoftwareAuthenticator) -> str:
    answer = sign_in(http, held)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def test_a_device_stops_it_and_nobody_else_can(http: httpx.Client) -> None:
    grace, eileen = admitted(http, "grace", GRACE), admitted(http, "eileen", EILEEN)
    lost = Lost(http)
    lost.show_face(GRACE)
    stop = f"/recoveries/{lost.asked['id']}/stop"
    assert eileen.post(stop).status_code == 404
    assert eileen.get("/recoveries/mine").json()["recoveries"] == []
    for _ in range(2):
        stopped = grace.post(stop)
        assert (stopped.status_code, stopped.json()["state"], stopped.json()["stopped_by"]) == (
            200,
            "stopped",
            "device",
        )
    window_over(lost)
    refused = lost.complete(SoftwareAuthenticator(origin=origin(http)))
    assert (refused.status_code, refused.json()["code"]) == (409, "recovery_stopped")
    assert lost.now()["username"] is None
    assert grace.get("/personhood").json()["admitted"]
    kinds = [event.kind for event in Event.objects.filter(kind__startswith="recovery.").order_by("seq")]
    assert kinds == ["recovery.matched", "recovery.stopped"]


def test_the_link_in_the_letter_stops_it_without_signing_in(http: httpx.Client, stack: LiveStack) -> None:
    admitted(http, "linked", EILEEN)
    lost = Lost(http)
    lost.show_face(EILEEN)
    text = letter(stack, "linked@example.org", about="asks to recover")
    link = re.search(r"http\S+/recoveries/stop\?token=(\S+)", text)
    assert link, text
    # Mail programs open links beforehand: that stops nothing.
    page = http.get(link.group(0))
    assert page.status_code == 200 and "Stop the recovery of linked?" in page.text
    assert Recovery.objects.get().state == "matched"
    assert "was stopped" in http.post(link.group(0)).text
    assert (Recovery.objects.get().state, Recovery.objects.get().stopped_by) == ("stopped", "link")
    assert http.post(link.group(0)).status_code == 200
    forged = link.group(0)[:-2] + ("AA" if not link.group(0).endswith("AA") else "BB")
    assert http.post(forged).status_code == 404
    assert "by the link" in letter(stack, "linked@example.org", about="was stopped")
    # What the link carries is in the letter alone.
    assert link.group(1) not in stack.log_text()


def test_another_face_and_a_photograph_recover_nothing(http: httpx.Client) -> None:
    admitted(http, "grace", GRACE)
    stranger = Lost(http).show_face(EILEEN)
    assert (stranger["state"], stranger["capture"]["state"]) == ("lapsed", "rejected")
    assert stranger["capture"]["reasons"][0]["code"] == "not_recognised"
    assert stranger["capture"]["retry"]["change"][0]["short"]
    held_up = Lost(http)
    held_up.begin()
    held_up.send(GRACE, by=flat)
    assert held_up.decided()["state"] == "lapsed"
    assert Recovery.objects.filter(person=None).count() == 2
    assert not Event.objects.filter(kind="recovery.matched").exists()
    Enrolment.objects.update(decided_at=timezone.now() - timedelta(minutes=5))
    assert sweep_recoveries() in (0, 2)
    assert set(Recovery.objects.values_list("state", flat=True)) == {"lapsed"}


def test_a_stranger_with_a_similar_face_recovers_nothing(http: httpx.Client, faces: Path) -> None:
    """The closest two people of the set on whom both models all but agree."""
    owner = admitted(http, "owner", faces / "062" / "neutral.jpg")
    tried = Lost(http).show_face(faces / "126" / "neutral.jpg")
    assert (tried["state"], tried["capture"]["reasons"][0]["code"]) == ("lapsed", "not_recognised")
    assert owner.get("/recoveries/mine").json()["recoveries"] == []
    assert owner.get("/notices").json()["notices"] == []
    # The owner themselves, on another day, is recognised.
    assert Lost(http).show_face(faces / "062" / "smiling.jpg")["state"] == "matched"


def test_a_page_of_another_origin_may_show_the_secret(http: httpx.Client) -> None:
    asks = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "capture-secret",
    }
    allowed = http.options("/api/humankind/v1/recoveries/1", headers=asks)
    assert "capture-secret" in allowed.headers["Access-Control-Allow-Headers"]


def test_what_is_asked_for_is_bounded_and_somebody_elses_does_not_exist(http: httpx.Client) -> None:
    lost = Lost(http)
    assert lost.ask(policy_version="0").json()["code"] == "policy_outdated"
    assert lost.ask(text_sha256="0" * 64).json()["code"] == "policy_outdated"
    assert http.post("/api/humankind/v1/recoveries", json={}).status_code == 422
    lost.begin(cannot=["smile"], more_time=True)
    assert "smile" not in [asked["gesture"] for asked in lost.asked["capture"]["challenge"]]
    for secret in (b"", b"x", "\u00e9".encode() * 10, b"x" * 5000):
        sent = [(b"Capture-Secret", secret)] if secret else []
        assert http.get(lost.path, headers=sent).status_code in (404, 431)
        assert http.post(f"{lost.path}/passkeys/begin", headers=sent).status_code in (404, 431)
        assert http.post(f"{lost.capture_path}/submit", headers=sent).status_code in (401, 404, 431)
    # A capture opened for one thing serves no other secret.
    other = Lost(http)
    other.begin()
    other.asked = lost.asked
    assert http.get(other.path, headers=other.headers).status_code == 404
    begun = lost.http.post(f"{lost.path}/passkeys/begin", headers=lost.headers)
    assert (begun.status_code, begun.json()["code"]) == (409, "recovery_started")
    for _ in range(3):
        assert Lost(http).ask().status_code == 201
    refused = Lost(http).ask()
    assert (refused.status_code, refused.json()["limit"]) == (429, 5)
