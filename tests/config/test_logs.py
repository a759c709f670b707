"""Logs are structured, and one request can be followed into the task that it started."""

import json

import httpx
import pytest

from tests.live import LiveStack, wait_for

pytestmark = pytest.mark.stack


def lines(stack: LiveStack, name: str) -> list[dict[str, object]]:
    found = []
    for line in (stack.logs / f"{name}.log").read_text().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def test_a_request_is_answered_with_the_id_under_which_it_is_logged(stack: LiveStack, http: httpx.Client) -> None:
    request_id = http.get("/healthz", headers={"X-Request-ID": "chosen-by-the-client"}).headers["X-Request-Id"]
    wait_for(
        lambda: [line for line in lines(stack, "web") if line.get("request_id") == request_id],
        what="the request's lines",
        seconds=5,
    )
    assert "chosen-by-the-client" not in stack.log_text()


def test_beats_tasks_are_logged_as_json_with_their_task_id(stack: LiveStack) -> None:
    wait_for(
        lambda: any(line.get("task_id") and line.get("event") for line in lines(stack, "worker")),
        what="a task's line",
        seconds=40,
    )
