"""What research on bots may be given: coarse features, the class of what was decided, and nothing else."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from identity.models import Account
from moderation.engines.coarse import COARSE, coarse_features
from moderation.engines.features import NAMES
from moderation.models import BotScore, Case, Decision, Undo
from moderation.queries.behaviour import behaviour_of, says_something_else
from tests.moderation.world import someone

pytestmark = pytest.mark.django_db

MEASURED = {
    "interval_entropy": 0.7312,
    "burstiness": -0.0731,
    "typical_interval": 3517.2,
    "near_duplicate_share": 0.0412,
    "link_share": 0.25,
    "quiet_hours": 9.0,
    "follow_back_share": None,
    "credential_level": 2.0,
    "credential_age": 133.7,
}


def scored(account: Account, *, score: float = 0.13, seq: int = 1, **features: float | None) -> BotScore:
    return BotScore.objects.create(
        account=account, score=score, model_version="m1", reasons=[], features=MEASURED | features, event_seq=seq
    )


def decided(account: Account, effect: str, *, end_date: dt.date | None = None) -> Decision:
    moderator = Account.objects.filter(is_staff=True).first() or Account.objects.create_superuser(
        "m", "m@x.example", "x"
    )
    return Decision.objects.create(
        case=Case.objects.create(account=account, state=Case.State.CLOSED),
        account=account,
        moderator=moderator,
        effect=effect,
        ground="terms",
        category="scams_and_fraud",
        rule="no spam",
        content_type="text",
        content_date=timezone.now().date(),
        facts="facts",
        source="notice",
        automated_detection=False,
        end_date=end_date,
    )


def taken_back(decision: Decision, *, by_somebody: bool) -> None:
    Undo.objects.create(decision=decision, moderator=decision.moderator if by_somebody else None, reason="so")


def test_features_are_too_coarse_to_find_an_account_by() -> None:
    ada = someone("ada")
    scored(ada)
    found = behaviour_of([ada.pk])[ada.pk]
    assert found.features == {
        "interval_entropy": 0.7,
        "burstiness": 0.0,
        "typical_interval": 4096.0,
        "near_duplicate_share": 0.0,
        "link_share": 0.2,
        "quiet_hours": 8.0,
        "follow_back_share": None,
        "credential_level": 2.0,
        "credential_age": 91.0,
    }
    assert (found.score, found.model_version, found.label) == (0.1, "m1", "unreviewed")
    assert tuple(COARSE) == NAMES
    assert set(coarse_features({})) == set(NAMES)


@pytest.mark.parametrize(
    ("effects", "label"),
    [
        ([], "unreviewed"),
        (["none"], "cleared"),
        (["withhold_status", "none"], "content_withheld"),
        (["withhold_status", "request_reverification"], "asked_to_verify"),
        (["limit_account", "request_reverification"], "restricted"),
    ],
)
def test_the_gravest_decision_that_stood_is_the_label(effects: list[str], label: str) -> None:
    ada = someone("ada")
    scored(ada)
    for effect in effects:
        decided(ada, effect)
    assert behaviour_of([ada.pk])[ada.pk].label == label


def test_what_was_taken_back_is_no_label_and_what_ran_out_is_one() -> None:
    ada, bob = someone("ada"), someone("bob")
    scored(ada), scored(bob)
    taken_back(decided(ada, "limit_account"), by_somebody=True)
    taken_back(decided(bob, "limit_account", end_date=timezone.now().date()), by_somebody=False)
    found = behaviour_of([ada.pk, bob.pk])
    assert (found[ada.pk].label, found[bob.pk].label) == ("cleared", "restricted")


def test_the_newest_score_speaks_in_two_queries(django_assert_num_queries: Any) -> None:
    people = [someone(f"person{number}") for number in range(5)]
    for account in people:
        scored(account), scored(account, score=0.97, seq=2)
    with django_assert_num_queries(2):
        found = behaviour_of([account.pk for account in people])
    assert {each.score for each in found.values()} == {1.0}


def test_only_what_research_would_see_counts_as_a_change() -> None:
    ada = someone("ada")
    first = scored(ada)
    assert says_something_else(first, None)
    assert not says_something_else(scored(ada, seq=2, score=0.14, quiet_hours=8.7), first)
    assert says_something_else(scored(ada, seq=3, score=0.36), first)
    assert says_something_else(scored(ada, seq=4, follow_back_share=0.4), first)
