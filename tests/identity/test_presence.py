"""A demand to show that one is there: writes stop once it is overdue, and go on when it is met."""

import datetime as dt

import httpx
import pytest
from django.db import transaction
from django.utils import timezone

from common.problems import Problem
from identity.jobs.presence import note_presence
from identity.models import PresenceDemand
from identity.operations.presence import demand_presence, waive_demands
from tests.clients.people import join

pytestmark = pytest.mark.stack


def test_an_overdue_demand_stops_writes_until_the_person_is_there(http: httpx.Client) -> None:
    ada = join(http, "ada")
    demand = demand_presence(
        account_id=ada.account_id,
        asked_by="moderation",
        reason="Your account posts day and night.",
        deadline=timezone.now() + dt.timedelta(days=3),
    )
    assert ada.say("There is time yet")
    shown = ada.get("/api/humankind/v1/presence").json()["demands"]
    assert [(each["reason"], each["met_at"]) for each in shown] == [("Your account posts day and night.", None)]

    PresenceDemand.objects.filter(pk=demand.pk).update(deadline=timezone.now() - dt.timedelta(seconds=1))
    refused = ada.post("/api/v1/statuses", status="Too late")
    assert refused.status_code == 403
    assert "show that you are there" in refused.json()["error"]
    personhood = ada.get("/api/humankind/v1/personhood").json()
    assert (personhood["admitted"], personhood["presence_overdue"]) == (False, True)
    assert ada.get("/api/v1/timelines/home").status_code == 200

    with transaction.atomic():
        assert note_presence(account_id=ada.account_id, by="passkey") == 1
    assert ada.say("Here I am")


def test_a_demand_can_be_waived_and_leaves_time(http: httpx.Client) -> None:
    ada = join(http, "ada")
    with pytest.raises(Problem, match="five minutes"):
        demand_presence(account_id=ada.account_id, asked_by="test", reason="Now!", deadline=timezone.now())
    demand_presence(
        account_id=ada.account_id, asked_by="test", reason="Soon.", deadline=timezone.now() + dt.timedelta(hours=1)
    )
    PresenceDemand.objects.update(deadline=timezone.now() - dt.timedelta(hours=1))
    assert waive_demands(account_id=ada.account_id) == 1
    assert ada.say("As before")
