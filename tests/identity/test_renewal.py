"""A check runs out after a year, and is renewed by showing the same face; presence is shown in the same way."""

from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from identity.jobs.renewals import remind_of_renewals
from identity.models import Account, AccountNotice, Credential, Person, PresenceDemand, Template
from identity.operations.presence import demand_presence
from identity.operations.template_keys import start_epoch
from tests.clients.people import join
from tests.identity.enrolling import EILEEN, GRACE, Enroller, flat
from tests.identity.world import credential_of
from tests.live import LiveStack, wait_for


def expires_in(account: Account, left: timedelta) -> None:
    """As if the year had gone by but for this."""
    Credential.objects.filter(account=account, kind="face", ended_at=None).update(expires_at=timezone.now() + left)


def renewals(account: Account) -> list[str]:
    rows = AccountNotice.objects.filter(account=account, kind__startswith="renewal").order_by("pk")
    return list(rows.values_list("kind", flat=True))


@pytest.mark.stack
def test_a_check_is_renewed_by_the_same_face_and_moves_to_the_newest_key(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.enrol(GRACE)
    person = Person.objects.get()
    early = grace.post("/enrolments", json={"purpose": "renewal"})
    assert (early.status_code, early.json()["code"]) == (409, "renewal_too_early")
    assert early.json()["renew_from"] == grace.get("/personhood").json()["renew_from"].replace("Z", "+00:00")
    # A new key epoch is reason enough, whatever the date.
    start_epoch(by="test")
    first = Credential.objects.get(kind="face")
    grace.capture(GRACE, purpose="renewal")
    assert Credential.objects.get(kind="face", ended_at=None) == first
    grace.submit()
    renewed = grace.decided()
    assert (renewed["state"], renewed["purpose"], renewed["reasons"]) == ("admitted", "renewal", [])
    assert Template.objects.get().key_epoch_id == 2
    assert Person.objects.get() == person
    newest = Credential.objects.get(kind="face", ended_at=None)
    assert (newest.method, newest.end_reason) == ("face-gestures-1-renewed", "")
    first.refresh_from_db()
    assert first.end_reason == "renewed"
    # Found anew in the new epoch, and still one person.
    again = Enroller(http, "again")
    assert again.enrol(GRACE)["reasons"][0]["code"] == "duplicate"


@pytest.mark.stack
def test_another_face_renews_nothing_and_the_old_check_holds(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.enrol(GRACE)
    expires_in(grace.account, timedelta(days=30))
    kept = Template.objects.get().code
    refused = grace.enrol(EILEEN, purpose="renewal")
    assert (refused["state"], refused["reasons"][0]["code"]) == ("rejected", "not_recognised")
    assert grace.enrol(GRACE, purpose="renewal", by=flat)["state"] == "rejected"
    assert Template.objects.get().code == kept
    assert grace.get("/personhood").json()["admitted"]
    assert grace.enrol(GRACE, purpose="renewal")["state"] == "admitted"


@pytest.mark.stack
def test_writes_stop_with_the_year_and_go_on_with_the_renewal(http: httpx.Client) -> None:
    caller = join(http, "grace", admitted=False)
    grace = Enroller.of(caller)
    grace.enrol(GRACE)
    caller.say("First")
    expires_in(grace.account, timedelta(seconds=-1))
    refused = caller.post("/api/v1/statuses", status="Too late")
    assert refused.status_code == 403
    assert "was valid until" in refused.json()["error"] and "purpose=renewal" in refused.json()["error"]
    assert refused.json()["expired_at"]
    assert caller.home() is not None
    assert grace.enrol(GRACE, purpose="renewal")["state"] == "admitted"
    caller.say("Second")


@pytest.mark.stack
def test_presence_is_shown_by_face(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    nothing = grace.post("/enrolments", json={"purpose": "presence"})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_compare")
    for purpose in ("recovery", "erasure", "admissio"):
        assert grace.post("/enrolments", json={"purpose": purpose}).status_code == 422
    grace.enrol(GRACE)
    credential = Credential.objects.get(kind="face", ended_at=None)
    demand = demand_presence(
        account_id=grace.account.pk,
        asked_by="moderation",
        reason="Please.",
        deadline=timezone.now() + timedelta(days=1),
    )
    PresenceDemand.objects.update(deadline=timezone.now() - timedelta(minutes=1))
    assert not grace.get("/personhood").json()["admitted"]
    assert grace.enrol(EILEEN, purpose="presence")["state"] == "rejected"
    assert not grace.get("/personhood").json()["admitted"]
    shown = grace.enrol(GRACE, purpose="presence")
    assert (shown["state"], shown["reasons"]) == ("matched", [])
    demand.refresh_from_db()
    assert demand.met_by == "face"
    assert grace.get("/personhood").json()["admitted"]
    # It shows that they are there, and renews nothing.
    assert Credential.objects.get(kind="face", ended_at=None) == credential


@pytest.mark.stack
def test_a_reminder_reaches_devices_and_e_mail_once(http: httpx.Client, stack: LiveStack) -> None:
    grace = Enroller(http, "grace")
    Account.objects.filter(pk=grace.account.pk).update(email="reminded@example.org")
    credential_of(grace.account, code=bytes(128), valid_for=timedelta(days=59))
    assert remind_of_renewals() == 1
    assert remind_of_renewals() == 0
    (notice,) = grace.get("/notices").json()["notices"]
    assert notice["kind"] == "renewal_due" and "purpose=renewal" in notice["text"]
    wait_for(lambda: stack.letters_to("reminded@example.org"), what="the reminder")
    (letter,) = stack.letters_to("reminded@example.org")
    assert "renew" in str(letter["Subject"]) and "&" not in str(letter.get_content())


@pytest.mark.django_db
def test_people_are_reminded_thrice_and_of_nothing_that_does_not_matter() -> None:
    names = ("far", "due", "late", "simulated", "longer", "ended", "closed")
    far, due, late, simulated, longer, ended, closed = (Account.objects.create(username=name) for name in names)
    for number, (account, days) in enumerate(
        ((far, 61), (due, 60), (late, 10), (longer, 5), (ended, 5), (closed, 5), (simulated, 5))
    ):
        credential_of(account, code=bytes([number]) * 128, valid_for=timedelta(days=days, minutes=-1))
    Credential.objects.filter(account=simulated).update(level="simulated")
    Credential.objects.create(
        account=longer, kind="world_id", level="unique", method="m", expires_at=timezone.now() + timedelta(days=300)
    )
    Credential.objects.filter(account=ended).update(ended_at=timezone.now())
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    # Somebody found late is reminded of how late it is, not of all that was missed.
    assert remind_of_renewals() == 2
    assert (renewals(due), renewals(late)) == (["renewal_due"], ["renewal_soon"])
    expires_in(due, timedelta(days=13))
    expires_in(late, timedelta(hours=20))
    assert remind_of_renewals() == 2
    expires_in(due, timedelta(hours=20))
    assert remind_of_renewals() == 1
    assert renewals(due) == ["renewal_due", "renewal_soon", "renewal_last_day"]
    assert renewals(late) == ["renewal_soon", "renewal_last_day"]
    expires_in(due, timedelta(hours=-1))
    assert remind_of_renewals() == 0
    assert not any(renewals(account) for account in (far, simulated, longer, ended, closed))
