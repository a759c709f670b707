"""Behaviour for research on bots: coarse figures of those who agreed, and nothing that they said."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from common import events
from exports.engines.behaviour_columns import BEHAVIOUR, FEATURES
from identity.models import Account
from moderation.engines.features import NAMES
from moderation.jobs import bot_likelihood
from moderation.models import BotScore
from tests.exports.world import Team, agree, person, say, withdraw

PURPOSE = "bot_research"


@pytest.fixture
def research(transactional_db: None) -> Team:
    """A recipient of behaviour."""
    return Team(purpose=PURPOSE)


def giver() -> Account:
    """An admitted human who gave behaviour."""
    account = person(consents=False)
    agree(account, PURPOSE)
    return account


def scored(account: Account, *, score: float = 0.12, seq: int = 1) -> None:
    """What the scoring job writes."""
    with transaction.atomic():
        BotScore.objects.create(
            account=account,
            score=score,
            model_version="m1",
            reasons=[],
            features={"link_share": 0.27, "typical_interval": 3333.0, "credential_age": 12.5},
            event_seq=seq,
        )
        events.record("score.changed", account_id=account.pk, subject_id=account.pk)


def test_figures_leave_and_nothing_else(research: Team) -> None:
    ada, stranger = giver(), person(consents=False)
    say(ada, "A violet sentence that only Ada would write")
    scored(ada)
    scored(stranger)
    never = giver()
    release = research.built()
    (record,) = research.records(1)
    assert record["link_share"] == pytest.approx(0.3)
    assert (record["typical_interval"], record["credential_age"], record["quiet_hours"]) == (4096, 0, None)
    assert (record["score"], record["model_version"]) == (pytest.approx(0.1), "m1")
    assert record["label"] == "unreviewed"
    assert not any(isinstance(value, dt.datetime) for value in record.values())
    assert not {str(ada.pk), str(never.pk)} & set(map(str, record.values()))
    assert release.funnel["never_scored"] == 1


def test_the_schema_has_every_feature_that_is_measured() -> None:
    assert FEATURES == NAMES
    assert not {"text", "created", "at"} & set(BEHAVIOUR.names)


def test_a_score_that_shows_something_else_reaches_the_next_release(research: Team) -> None:
    ada = giver()
    scored(ada)
    research.built()
    scored(ada, score=0.14, seq=2)
    assert research.build() is None
    scored(ada, score=0.52, seq=3)
    second = research.built()
    assert (second.changed, second.retracted) == (1, 0)
    assert research.records(2)[0]["score"] == pytest.approx(0.5)


def test_the_scoring_job_itself_brings_a_record(research: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = giver()
    for number in range(8):
        say(ada, f"post number {number} of mine")
    bot_likelihood.score_new_events()
    assert research.built().records == 1


def test_withdrawal_retracts(research: Team) -> None:
    ada = giver()
    scored(ada)
    research.built()
    record_id = research.records(1)[0]["record_id"]
    withdraw(ada, PURPOSE)
    assert research.built().records == 0
    assert research.retractions(2) == {record_id: "consent_withdrawn"}


def test_a_verdict_cannot_be_joined_with_what_somebody_wrote(research: Team) -> None:
    from exports.operations.recipients import create_dataset

    ada = giver()
    agree(ada, "training_text")
    say(ada, "A sentence of mine that is long enough")
    scored(ada)
    texts: Any = create_dataset(
        operator_id=research.staff.pk,
        recipient_id=research.registration.recipient.pk,
        purpose="training_text",
    )
    research.built()
    behaviour = research.records(1)[0]["author"]
    research.dataset = texts
    research.built()
    assert behaviour not in {row["author"] for row in research.records(1)}
