"""What is published of people: with noise, at a recorded cost, once."""

import datetime as dt
import math
import os
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as real_settings
from django.db import Error, transaction
from django.test import Client
from django.utils import timezone

from exports.engines.noise import Noised, bounded, error_within, expected_error, noised
from exports.jobs import publish_statistics as job
from exports.models import PublishedStatistic
from exports.queries.counts import LANGUAGES, MOST_STATUSES, QUESTIONS, raw_counts
from exports.queries.published import budget, period_of
from tests.exports.world import person, say
from tests.live import database_url

ADDRESS = "/api/humankind/v1/exports/statistics"
CHECKOUT = Path(__file__).resolve().parents[2]
FAR = 1_000_000


@pytest.fixture
def far_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise that any test can tell: every number is far from what was counted."""

    def shifted(counts: dict[str, int], *, sensitivity: int, epsilon: float) -> Noised:
        return Noised({cell: count + FAR for cell, count in counts.items()}, epsilon, sensitivity / epsilon)

    monkeypatch.setattr(job, "noised", shifted)


def spent() -> Decimal:
    return sum((row.epsilon for row in PublishedStatistic.objects.all()), Decimal(0))


def test_the_error_is_the_one_that_theory_names() -> None:
    # opendp draws from the operating system alone, so there is no seed: the bounds are 6 standard errors wide.
    draws, sensitivity, epsilon = 40_000, 6, 0.5
    made = noised({str(number): 100 for number in range(draws)}, sensitivity=sensitivity, epsilon=epsilon)
    assert made.epsilon <= epsilon
    assert made.scale == pytest.approx(sensitivity / epsilon)
    errors = [value - 100 for value in made.values.values()]
    scale, deviation = made.scale, math.sqrt(2) * made.scale
    assert abs(sum(errors) / draws) < 6 * deviation / math.sqrt(draws)
    mean = sum(map(abs, errors)) / draws
    assert abs(mean - expected_error(scale)) < 6 * scale / math.sqrt(draws)
    for share in (0.5, 0.95, 0.99):
        within = sum(abs(error) <= error_within(scale, share=share) for error in errors) / draws
        exact = 1 - 2 * math.exp(-1 / scale) ** (error_within(scale, share=share) + 1) / (1 + math.exp(-1 / scale))
        assert exact >= share
        assert abs(within - exact) < 6 * math.sqrt(share * (1 - share) / draws)
    # Each value of the distribution: P(x) = (1 - b) / (1 + b) * b^|x|.
    base, seen = math.exp(-1 / scale), Counter(errors)
    for error in (-12, -1, 0, 1, 12):
        chance = (1 - base) / (1 + base) * base ** abs(error)
        assert abs(seen[error] / draws - chance) < 6 * math.sqrt(chance / draws)


def test_one_person_weighs_no_more_than_the_sensitivity() -> None:
    assert bounded({"en": 3, "fi": 2}, most=20) == {"en": 3, "fi": 2}
    assert bounded({"en": 300, "fi": 100}, most=20) == {"en": 15, "fi": 5}
    assert sum(bounded(dict.fromkeys(LANGUAGES, 7), most=20).values()) <= 20


@pytest.mark.django_db(transaction=True)
def test_a_person_who_comes_changes_no_question_by_more_than_its_sensitivity() -> None:
    say(person(), "The first of two people.")
    without = raw_counts()
    prolific = person()
    for number in range(MOST_STATUSES + 5):
        say(prolific, f"Number {number}, and still more to say.", language=("en", "fi", "tlh")[number % 3])
    counted = raw_counts()
    for question in QUESTIONS:
        before, after = without[question.name], counted[question.name]
        assert tuple(after) == question.cells
        assert 0 <= sum(abs(after[cell] - before[cell]) for cell in question.cells) <= question.sensitivity
    assert counted["people_by_consent"]["training_text"] == 2
    assert counted["statuses_by_label"]["human"] == 1 + MOST_STATUSES
    assert counted["statuses_by_language"]["other"] > 0
    assert counted["people_by_statuses"] == {"1000 or more": 0, "100 to 999": 0, "10 to 99": 1, "1 to 9": 1}


@pytest.mark.django_db(transaction=True)
def test_anybody_reads_rows_in_which_every_count_has_its_noise(far_off: None) -> None:
    say(person(), "One of three.", language="en")
    say(person(), "Another of three.", language="fi")
    person()
    counted = raw_counts()
    assert counted["people_by_consent"]["training_text"] == 3
    assert counted["people_by_statuses"]["1 to 9"] == 2
    assert Client().get(ADDRESS).json()["statistics"] == []
    job.publish_statistics()
    told = Client().get(ADDRESS)
    assert told.status_code == 200
    tables = {table["name"]: table for table in told.json()["statistics"]}
    assert set(tables) == {question.name for question in QUESTIONS}
    for name, table in tables.items():
        assert table["values"] == {cell: count + FAR for cell, count in counted[name].items()}
        assert table["epsilon"] * len(tables) == pytest.approx(real_settings.STATISTICS_EPSILON)
        assert table["scale"] == pytest.approx(table["sensitivity"] / table["epsilon"])
        assert table["mechanism"].startswith("discrete Laplace (opendp) ")
        assert table["error_within_95"] > table["expected_error"] > 0
    assert told.json()["budget"] == {"spent": pytest.approx(float(spent())), "per_year": 4.0}
    # Kept nowhere else, either.
    assert all(min(row.value.values()) >= FAR for row in PublishedStatistic.objects.all())


@pytest.mark.django_db(transaction=True)
def test_the_same_publication_is_paid_once_and_served_from_its_row() -> None:
    assert len(job.publish_statistics()) == len(QUESTIONS)
    first, cost = Client().get(ADDRESS).json(), spent()
    assert cost <= Decimal("0.3")
    person()
    assert job.publish_statistics() == []
    assert Client().get(ADDRESS).json() == first
    assert spent() == cost
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        PublishedStatistic.objects.update(epsilon=Decimal("0.00001"))
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        PublishedStatistic.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_no_more_is_published_than_a_year_may_cost(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STATISTICS_DAYS, settings.STATISTICS_EPSILON, settings.STATISTICS_EPSILON_PER_YEAR = 1, 0.4, 1.0
    today = timezone.now()
    published = []
    for days in range(4):
        monkeypatch.setattr(timezone, "now", lambda days=days: today + dt.timedelta(days=days))
        published.append(len(job.publish_statistics()))
    assert published == [4, 4, 0, 0]
    assert spent() == Decimal("0.8")
    monkeypatch.setattr(timezone, "now", lambda: today + dt.timedelta(days=366))
    assert budget().spent == 0
    assert len(job.publish_statistics()) == 4
    settings.STATISTICS_EPSILON_PER_YEAR = 0
    monkeypatch.setattr(timezone, "now", lambda: today + dt.timedelta(days=900))
    assert job.publish_statistics() == []


def test_periods_follow_each_other_without_a_gap(settings: Any) -> None:
    settings.STATISTICS_DAYS = 30
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(400)]
    starts = sorted({period_of(day) for day in days})
    assert {(later - earlier).days for earlier, later in pairwise(starts)} == {30}
    assert all(0 <= (day - period_of(day)).days < 30 for day in days)


KILLED = """
import os
import django
django.setup()
from exports.jobs import publish_statistics as job
if {after}:
    job.publish_statistics()
else:
    real = job.PublishedStatistic.objects.bulk_create
    def fatal(rows):
        real(rows)
        os.kill(os.getpid(), 9)
    job.PublishedStatistic.objects.bulk_create = fatal
    job.publish_statistics()
os.kill(os.getpid(), 9)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [False, True])
def test_a_worker_killed_midway_has_spent_at_most_once(after: bool) -> None:
    variables = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": real_settings.REDIS_URL,
    }
    program = [sys.executable, "-c", KILLED.format(after=after)]
    assert subprocess.run(program, cwd=CHECKOUT, env=variables, check=False, capture_output=True).returncode == -9
    assert PublishedStatistic.objects.count() == (len(QUESTIONS) if after else 0)
    told = Client().get(ADDRESS).json()["statistics"]
    job.publish_statistics()
    assert PublishedStatistic.objects.count() == len(QUESTIONS)
    if after:
        assert Client().get(ADDRESS).json()["statistics"] == told
