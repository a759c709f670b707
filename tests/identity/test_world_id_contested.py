"""A World ID that another account has: the person contests it, and a reviewer decides."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.utils import timezone

from identity.jobs.verify_world_id import sweep_world_id
from identity.models import Credential, ReviewCase, WorldIdNullifier, WorldIdProof
from identity.operations.review_decisions import decide_case
from tests.clients.people import Caller
from tests.identity.refereeing import person, refused
from tests.identity.reviewing import reviewer
from tests.identity.world_id_service import Human, WorldIdService
from tests.live import LiveStack

pytestmark = pytest.mark.stack

API = "/api/humankind/v1"
ADA = Human("ada")


@pytest.fixture
def world(world_service: WorldIdService, stack: LiveStack) -> Iterator[WorldIdService]:
    world_service.rest()
    yield world_service
    world_service.rest()


def hand_in(caller: Caller, human: Human) -> httpx.Response:
    request = caller.post(f"{API}/world-id/requests").json()
    return caller.post(f"{API}/world-id/proofs", request=request["id"], result=human.answer(request))


def refused_to(http: httpx.Client) -> tuple[Caller, Caller, str]:
    """The account that has Ada's World ID, the one that was refused it, and the refused proof's address."""
    holder, refused_one = person(http), person(http)
    assert hand_in(holder, ADA).status_code == 201
    answer = hand_in(refused_one, ADA)
    assert refused(answer) == (409, "duplicate")
    return holder, refused_one, f"{API}/world-id/proofs/{answer.json()['proof']}"


def admitted(caller: Caller) -> bool:
    shown: dict[str, Any] = caller.get(f"{API}/personhood").json()
    return bool(shown["admitted"])


def decided(case: ReviewCase, outcome: str, *, by: str) -> None:
    reasons = "The other account was made with a stolen telephone."
    decide_case(
        reviewer_id=reviewer(by).pk, number=case.number, outcome=outcome, reasons=reasons, revision=case.revision
    )


def test_a_reviewer_gives_the_world_id_back_to_whom_it_belongs(http: httpx.Client, world: WorldIdService) -> None:
    thief, ada, proof = refused_to(http)
    text = "My telephone was stolen in March; that account is not mine."
    opened = ada.post(f"{proof}/appeal", text=text)
    assert opened.status_code == 201, opened.text
    number = opened.json()["number"]
    assert ada.post(f"{proof}/appeal", text=text).json()["number"] == number
    assert ada.get(f"{API}/reviews/{number}").json()["kind"] == "world_id_taken"
    told = [notice["kind"] for notice in thief.get(f"{API}/notices").json()["notices"]]
    assert told == ["world_id_contested"]
    assert (admitted(thief), admitted(ada)) == (True, False), "nothing changes before the decision"
    decided(ReviewCase.objects.get(), "admit", by="judge")
    assert (admitted(thief), admitted(ada)) == (False, True)
    assert WorldIdNullifier.objects.get().account_id == ada.account_id
    assert Credential.objects.get(ended_at=None).method == "world-id-orb-4.0-reviewed"
    assert refused(hand_in(thief, ADA)) == (409, "duplicate")
    assert "world_id_moved" in [notice["kind"] for notice in thief.get(f"{API}/notices").json()["notices"]]


def test_two_reviewers_may_leave_it_where_it_is(http: httpx.Client, world: WorldIdService) -> None:
    holder, other, proof = refused_to(http)
    assert other.post(f"{proof}/appeal", text="It is mine.").status_code == 201
    decided(ReviewCase.objects.get(), "refuse", by="first_judge")
    decided(ReviewCase.objects.get(), "confirm_refusal", by="second_judge")
    assert (admitted(holder), admitted(other)) == (True, False)


def test_what_cannot_be_contested(http: httpx.Client, world: WorldIdService) -> None:
    holder, other, proof = refused_to(http)
    assert other.post(f"{proof}/appeal", text=" ").status_code == 422
    assert holder.post(f"{proof}/appeal", text="not my proof").status_code == 404
    own = WorldIdProof.objects.get(account_id=holder.account_id)
    assert refused(holder.post(f"{API}/world-id/proofs/{own.pk}/appeal", text="accepted")) == (409, "not_contestable")
    late = timezone.now() - settings.APPEAL_WITHIN - timedelta(minutes=1)
    WorldIdProof.objects.filter(account_id=other.account_id).update(decided_at=late)
    sweep_world_id(nudge=lambda proof_id: None)
    assert not WorldIdProof.objects.exclude(digest="").exists()
    assert refused(other.post(f"{proof}/appeal", text="too late")) == (409, "not_contestable")
