"""The age gate: no camera opens before an answer, none below the minimum, and of the answer no date is kept."""

import datetime as dt
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from common.problems import NotAllowed, Problem, TooMany
from identity.engines.age import age_on
from identity.models import Account, AgeDeclaration
from identity.operations.age import declare_age
from identity.operations.enrolments import open_enrolment
from identity.queries.age import adults, age_of
from tests.identity.enrolling import Enroller
from tests.identity.world import consent, declared_too_young, ready_to_enrol
from tests.live import LiveStack

OLD_ENOUGH = "1906-12-09"


@pytest.mark.stack
def test_no_camera_opens_before_the_question_is_answered(http: httpx.Client) -> None:
    grace = Enroller(http, "grace", ages=False)
    refused = grace.post("/enrolments")
    assert (refused.status_code, refused.json()["code"]) == (403, "age_required")
    assert refused.json()["age"].endswith("/api/humankind/v1/age")
    assert grace.get("/age").json() | {"at": None} == {
        "state": "unknown",
        "minimum_age": 16,
        "region": None,
        "method": None,
        "at": None,
        "ask_again_at": None,
    }
    answered = grace.post("/age", json={"region": "us", "date_of_birth": OLD_ENOUGH})
    assert (answered.status_code, answered.json()["state"]) == (200, "met")
    assert (answered.json()["region"], answered.json()["method"]) == ("US", "date_of_birth")
    grace.open()


@pytest.mark.stack
def test_too_young_is_remembered_and_another_date_does_not_help(http: httpx.Client, stack: LiveStack) -> None:
    child = Enroller(http, "child", ages=False)
    born = timezone.now().date().replace(day=1) - dt.timedelta(days=366 * 13)
    first = child.post("/age", json={"region": "DE", "date_of_birth": born.isoformat()}).json()
    assert (first["state"], first["minimum_age"]) == ("too_young", 16)
    for another in (
        {"region": "DE", "date_of_birth": OLD_ENOUGH},
        {"region": "US", "over": 18},
        {"region": "DE", "over": 16},
    ):
        refused = child.post("/age", json=another)
        assert (refused.status_code, refused.json()["code"]) == (403, "too_young")
        assert refused.json()["ask_again_at"]
    opened = child.post("/enrolments")
    assert (opened.status_code, opened.json()["code"], opened.json()["limit"]) == (403, "too_young", 16)
    assert "younger than 16" in opened.json()["detail"]
    assert born.isoformat() not in stack.log_text()


@pytest.mark.stack
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"region": "XX", "over": 18}, "region"),
        ({"region": "DEU", "over": 18}, "region"),
        ({"over": 18}, "region"),
        ({"region": "DE"}, "over"),
        ({"region": "DE", "over": 18, "date_of_birth": OLD_ENOUGH}, "over"),
        ({"region": "DE", "over": -1}, "over"),
        ({"region": "DE", "over": 10**9}, "over"),
        ({"region": "DE", "over": "NaN"}, "over"),
        ({"region": "DE", "date_of_birth": "1066-10-14"}, "date_of_birth"),
        ({"region": "DE", "date_of_birth": "2999-01-01"}, "date_of_birth"),
        ({"region": "DE", "date_of_birth": "yesterday"}, "date_of_birth"),
    ],
)
def test_what_is_no_answer_is_named_and_keeps_nobody_waiting(
    http: httpx.Client, said: dict[str, Any], field: str
) -> None:
    grace = Enroller(http, "grace", ages=False)
    refused = grace.post("/age", json=said)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert grace.get("/age").json()["state"] == "unknown"
    assert grace.post("/age", json={"region": "DE", "over": 18}).json()["state"] == "met"


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.create(username="grace")


def test_no_column_holds_the_date(account: Account) -> None:
    declare_age(account_id=account.pk, region="DE", date_of_birth=dt.date(1906, 12, 9))
    row = AgeDeclaration.objects.values().get()
    # The age itself would give the year away: kept is that the person is an adult.
    assert (row["over"], row["met"]) == (18, True)
    assert "1906" not in str(row)


def test_regions_have_figures_of_their_own(account: Account, settings: Any) -> None:
    settings.MINIMUM_AGES = {"US": 13, "KR": 19}
    assert declare_age(account_id=account.pk, region="US", over=13).state == "met"
    assert declare_age(account_id=account.pk, region="KR", over=18).state == "too_young"


def test_a_raised_minimum_asks_again(account: Account, settings: Any) -> None:
    ready_to_enrol(account.pk)
    settings.MINIMUM_AGE = 21
    with pytest.raises(NotAllowed) as refusal:
        open_enrolment(account_id=account.pk, address="192.0.2.1")
    assert refusal.value.code == "age_required"
    assert declare_age(account_id=account.pk, region="DE", over=21).state == "met"
    open_enrolment(account_id=account.pk, address="192.0.2.1")


def test_the_waiting_time_ends(account: Account, settings: Any) -> None:
    declared_too_young(account.pk)
    waited = timezone.now() - settings.AGE_ASKED_AGAIN_AFTER - dt.timedelta(seconds=1)
    AgeDeclaration.objects.update(at=waited)
    assert age_of(account.pk).state == "unknown"
    assert declare_age(account_id=account.pk, region="DE", over=16).state == "met"


def test_an_operator_sets_a_slip_aside(account: Account) -> None:
    declared_too_young(account.pk)
    with pytest.raises(NotAllowed):
        declare_age(account_id=account.pk, region="DE", over=16)
    call_command("ask_age_again", "Grace")
    assert declare_age(account_id=account.pk, region="DE", over=16).state == "met"
    with pytest.raises(CommandError, match="keeps it waiting"):
        call_command("ask_age_again", "Grace")


def test_whoever_says_later_that_they_are_younger_is_believed(account: Account) -> None:
    ready_to_enrol(account.pk)
    declared_too_young(account.pk)
    consent(account.pk)
    with pytest.raises(NotAllowed) as refusal:
        open_enrolment(account_id=account.pk, address="192.0.2.1")
    assert refusal.value.code == "too_young"


def test_answers_are_counted(account: Account) -> None:
    for _ in range(20):
        declare_age(account_id=account.pk, region="DE", over=18)
    with pytest.raises(TooMany):
        declare_age(account_id=account.pk, region="DE", over=18)
    assert AgeDeclaration.objects.count() == 1


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        ("2010-06-15", "2026-06-14", 15),
        ("2010-06-15", "2026-06-15", 16),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2027-01-01", "2026-12-31", -1),
    ],
)
def test_a_year_is_completed_on_the_birthday(born: str, day: str, years: int) -> None:
    assert age_on(dt.date.fromisoformat(day), born=dt.date.fromisoformat(born)) == years


def test_a_region_is_a_country(account: Account) -> None:
    with pytest.raises(Problem, match="ISO 3166-1"):
        declare_age(account_id=account.pk, region="EU", over=18)


def test_who_may_show_a_face_need_not_be_an_adult_and_says_so_when_they_are(account: Account) -> None:
    """Another threshold than the camera's: what reaches beyond this network is for adults."""
    assert not declare_age(account_id=account.pk, region="DE", over=16).adult
    assert list(adults()) == []
    assert declare_age(account_id=account.pk, region="DE", over=18).adult
    assert list(adults()) == [account.pk]
    # "At least 16" is true of an adult too.
    assert declare_age(account_id=account.pk, region="DE", over=16).adult
    assert not declare_age(account_id=account.pk, region="DE", over=0).adult
    assert list(adults()) == []
