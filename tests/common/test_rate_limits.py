"""Limits that clients are told of, and that hold."""

import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from common import rate_limits
from common.redis import client as redis


def test_a_request_is_counted_in_one_round_trip_of_any_pipeline() -> None:
    """A fast path can carry the count in the pipeline that it sends anyway."""
    window = rate_limits.api_window(7, "unused")
    pipeline = redis().pipeline(transaction=False)
    pipeline.get("something else")
    window.count_in(pipeline)
    assert window.allowance(pipeline.execute()[1]).remaining == window.limit - 1
    assert rate_limits.spend_in(window).remaining == window.limit - 2


def test_a_limit_holds_and_starts_anew_at_the_time_it_names() -> None:
    """The window's end is at most its length away."""
    left = [rate_limits.spend("story", who="somebody", limit=2) for _ in range(3)]
    assert [one.remaining for one in left] == [1, 0, 0]
    assert [one.exceeded for one in left] == [False, False, True]
    wait = left[0].resets_at - dt.datetime.now(dt.UTC)
    assert dt.timedelta(0) < wait <= dt.timedelta(minutes=5)
    assert not rate_limits.spend("story", who="somebody else", limit=2).exceeded


@pytest.mark.django_db
def test_every_answer_of_the_api_says_what_is_left(settings: Any) -> None:
    """Refusals too: 401, 404, 405, and the 429 itself, whose body is Mastodon's."""
    settings.REQUESTS_PER_FIVE_MINUTES = 4
    client = APIClient(HTTP_HOST="localhost")
    answers = [
        client.get("/api/v1/timelines/home", HTTP_AUTHORIZATION="Bearer nobody"),
        client.get("/api/v1/nothing"),
        client.put("/api/v1/instance"),
        client.get("/api/v2/instance", HTTP_ORIGIN="https://elk.example"),
        client.get("/api/v2/instance"),
    ]
    assert [answer.status_code for answer in answers] == [401, 404, 405, 200, 429]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["3", "2", "1", "0", "0"]
    assert all(answer["X-RateLimit-Limit"] == "4" for answer in answers)
    assert answers[0]["X-RateLimit-Reset"].endswith(".000Z")
    assert answers[4].json()["error"].startswith("Too many requests")
    assert [("Retry-After" in answer) for answer in answers] == [False, False, False, False, True]
    assert 1 <= int(answers[4]["Retry-After"]) <= 300
    exposed = answers[3]["Access-Control-Expose-Headers"]
    for name in ("Link", "X-RateLimit-Reset", "X-Request-Id", "Idempotency-Replayed"):
        assert name in exposed
