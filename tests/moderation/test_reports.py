"""Reporting and its consequences as clients see them, on the running stack."""

import httpx
import pytest

from moderation.models import BotScore, Case, Report
from moderation.operations.decisions import decide, undo
from tests.clients.people import join, mastodon_py
from tests.live import LiveStack, wait_for
from tests.moderation.world import moderator, statement

pytestmark = [pytest.mark.stack]


def test_a_report_by_mastodon_py_leads_to_a_decision_and_its_undo(stack: LiveStack, http: httpx.Client) -> None:
    spammer, bystander = join(http, "spammer"), join(http, "bystander")
    ada = mastodon_py(stack.url, "ada")
    status_id = spammer.say("Buy now")
    report = ada.report(spammer.account_id, status_ids=[status_id], comment="Advertising", category="spam")
    assert (report.comment, report.category, report.target_account.username) == ("Advertising", "spam", "spammer")
    assert not report.action_taken

    judge = moderator()
    made = decide(
        case_id=Case.objects.get().pk,
        moderator_id=judge.pk,
        effect="withhold_status",
        statement=statement(),
        status_ids=[int(status_id)],
    )
    assert bystander.get(f"/api/v1/statuses/{status_id}").status_code == 404
    assert http.get(f"/api/v1/statuses/{status_id}").status_code == 404
    warnings = [one for one in spammer.get("/api/v1/notifications").json() if one["type"] == "moderation_warning"]
    assert len(warnings) == 1

    told = spammer.get(f"/api/humankind/v1/decisions/{made.pk}").json()
    assert (told["facts"], told["ground"], told["effect"]) == (statement().facts, "terms", "withhold_status")
    assert spammer.get("/api/humankind/v1/decisions").json()["decisions"] == [told]
    refused = bystander.get(f"/api/humankind/v1/decisions/{made.pk}")
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert bystander.get("/api/humankind/v1/decisions").json() == {"decisions": [], "next_cursor": None}
    assert http.get(f"/api/humankind/v1/decisions/{made.pk}").status_code == 401

    undo(decision_id=made.pk, moderator_id=judge.pk, reason="Allowed after all.")
    assert bystander.get(f"/api/v1/statuses/{status_id}").status_code == 200
    told = spammer.get(f"/api/humankind/v1/decisions/{made.pk}").json()
    assert told["undone"]["reason"] == "Allowed after all."


def test_a_form_and_its_retry_file_one_report_and_a_stranger_none(http: httpx.Client) -> None:
    spammer, ada = join(http, "spammer"), join(http, "ada")
    status_id = spammer.say("Buy now")
    form = {"account_id": str(spammer.account_id), "status_ids[]": [status_id], "category": "spam"}
    for _ in range(2):
        answer = http.post("/api/v1/reports", data=form, headers={**ada.headers, "Idempotency-Key": "once"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["status_ids"] == [status_id]
    assert Report.objects.count() == 1
    assert http.post("/api/v1/reports", data=form).status_code == 401


def test_what_cannot_be_reported(http: httpx.Client) -> None:
    spammer, ada = join(http, "spammer"), join(http, "ada")
    unverified = join(http, "unverified", admitted=False)
    own, secret = ada.say("Good morning"), spammer.say("To myself", visibility="direct")
    target = spammer.account_id
    refused = unverified.post("/api/v1/reports", account_id=target)
    assert refused.status_code == 403 and "enrolments" in refused.json()["error"]
    for status, parameters in (
        (422, {}),
        (422, {"account_id": "spammer"}),
        (422, {"account_id": 2**70}),
        (404, {"account_id": 17}),
        (422, {"account_id": ada.account_id}),
        (404, {"account_id": target, "status_ids": [own]}),
        (404, {"account_id": target, "status_ids": [secret]}),
        (422, {"account_id": target, "status_ids": [str(number) for number in range(1, 52)]}),
        (422, {"account_id": target, "status_ids": "not a list"}),
        (422, {"account_id": target, "comment": "x" * 1001}),
        (422, {"account_id": target, "comment": "nul \x00 byte"}),
        (422, {"account_id": target, "category": "boring"}),
        (422, {"account_id": target, "rule_ids": ["1"] * 21}),
    ):
        answer = ada.post("/api/v1/reports", **parameters)
        assert answer.status_code == status, (parameters, answer.text)
        assert answer.json()["error"]
    garbage = http.post("/api/v1/reports", content=b"[1,2", headers={**ada.headers, "Content-Type": "application/json"})
    assert garbage.status_code == 400
    array = http.post("/api/v1/reports", content=b"[1,2]", headers={**ada.headers, "Content-Type": "application/json"})
    assert array.status_code == 422
    assert not Report.objects.exists()


def test_scores_follow_what_is_posted_though_the_worker_is_killed(stack: LiveStack, http: httpx.Client) -> None:
    spammer, ada = join(http, "spammer"), join(http, "ada")
    for number in range(10):
        spammer.say(f"Best watches at the lowest price, only today https://deal.example/{number}")
    stack.kill("worker")
    for number in range(10, 20):
        spammer.say(f"Best watches at the lowest price, only today https://deal.example/{number}")
    ada.say("A heron by the river this morning")
    stack.revive()
    ada.post("/api/v1/reports", account_id=spammer.account_id)

    def newest(account_id: int) -> BotScore | None:
        return BotScore.objects.filter(account_id=account_id).order_by("-pk").first()

    def scored() -> bool:
        found = newest(spammer.account_id)
        return found is not None and found.score > 0.9 and newest(ada.account_id) is not None

    wait_for(scored, what="both to be scored", seconds=90)
    quiet = newest(ada.account_id)
    assert quiet is not None and quiet.score < 0.3
