"""What the operator's console counts and draws."""

import pytest
from django.conf import settings
from django.core.cache import cache

from exports.admin.charts import Column, bars, funnel
from exports.admin.words import filter_in_words, percent, short, size
from exports.queries import consent_rates as rates
from tests.exports.world import agree, person, withdraw

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("counted_anew")]


def test_consent_is_counted_of_people_and_small_counts_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [person(consents=False) for _ in range(5)]
    monkeypatch.setattr(rates, "FEWEST", 2)
    agree(people[0])
    assert rates.consent_rates().of("training_text").people is None
    for each in people[1:4]:
        agree(each)
    withdraw(people[3])
    cache.delete(rates.KEY)
    found = rates.consent_rates()
    assert (found.everybody, found.of("training_text").people, found.of("training_text").rate) == (5, 3, 0.6)
    assert found.of("training_images").people is None
    # All but one agree: who does not would be known.
    agree(people[3])
    cache.delete(rates.KEY)
    assert rates.consent_rates().of("training_text").people is None


def test_a_funnel_adds_up_and_an_axis_reads_well() -> None:
    drawn = funnel({"considered": 200, "language": 50, "too_short": 100}, kept=7)
    assert drawn is not None
    # In the order in which the plan asks, whatever the order in the row.
    assert [(step.name, step.left, step.dropped) for step in drawn.steps] == [
        ("passed the gate", 100, 0),
        ("too short", 50, 50),
        ("language not asked for", 25, 25),
        ("in the release", 25, 0),
    ]
    alone = funnel({}, kept=5)
    assert alone is not None and [step.figure for step in alone.steps] == ["5", "5"]
    assert funnel({}, kept=0) is None
    assert bars([], axis=short, told="") is None
    one = bars([Column("1", {"added": 37, "retracted": 0.001}, "", "")], axis=short, told="")
    assert one is not None
    assert [line.label for line in one.lines] == ["0", "10", "20", "30", "40"]
    assert len(one.bars[0].parts) == 2 and one.bars[0].parts[1].height >= 1
    assert (size(999), size(1000), size(5e10), percent(0), percent(0.0004)) == (
        "999 B",
        "1 kB",
        "50 GB",
        "0.0 %",
        "under 0.1 %",
    )
    assert filter_in_words({}) == "everything"
    assert settings.RELEASE_GRACE.days > 0
