"""The console, through its real pages."""

import pytest
from django.test import Client
from django.urls import reverse

from feed.models import Status
from identity.models import Account
from moderation.models import BotScore, Case, Decision, Undo
from moderation.operations.reports import file_report
from tests.moderation.world import PASSWORD, moderator, said, someone

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = "/admin/moderation/case/"


def _logged_in(account: Account) -> Client:
    browser = Client()
    answer = browser.post("/admin/login/?next=/admin/", {"username": account.username, "password": PASSWORD})
    assert answer.status_code == 302, "the log-in page refused"
    return browser


def _reported() -> tuple[Case, Status]:
    spammer, ada = someone("spammer"), someone("ada")
    status = said(spammer, "Buy <b>now</b>")
    report = file_report(account_id=ada.pk, target_id=spammer.pk, status_ids=[status.pk], comment="Advertising")
    reason = {"feature": "link_share", "value": 1.0, "contribution": 1.5, "sentence": "100% of the posts carry a link."}
    BotScore.objects.create(account=spammer, score=0.97, model_version="m1", reasons=[reason], features={}, event_seq=1)
    return report.case, status


def test_a_moderator_reads_a_case_decides_it_and_takes_it_back() -> None:
    case, status = _reported()
    browser = _logged_in(moderator())
    queue = browser.get(QUEUE)
    assert queue.status_code == 200 and b"97%" in queue.content and b"spammer" in queue.content
    page = browser.get(f"{QUEUE}{case.pk}/change/").content.decode()
    for told in ("Advertising", "Buy &lt;b&gt;now&lt;/b&gt;", "100% of the posts carry a link.", "97%"):
        assert told in page
    decide = reverse("admin:moderation_case_decide_case", args=[case.pk])
    undo = reverse("admin:moderation_case_undo_decision", args=[case.pk])
    assert decide in page
    assert "Facts" in browser.get(decide).content.decode()
    form = {
        "effect": "withhold_status",
        "status_ids": [str(status.pk)],
        "ground": "terms",
        "category": "scams_and_fraud",
        "rule": "Section 3",
        "facts": "",
        "content_type": "text",
        "content_date": "2026-01-01",
        "source": "notice",
        "automated_decision": "not_automated",
    }
    assert "This field is required" in browser.post(decide, form).content.decode()
    assert not Decision.objects.exists()
    decided = browser.post(decide, {**form, "facts": "One text, many times."}, follow=True)
    assert "The case is decided" in decided.content.decode()
    assert Status.objects.get().withheld_at is not None
    assert "it has been decided" in browser.post(decide, {**form, "facts": "Again."}).content.decode()
    undone = browser.post(undo, {"reason": "A joke."}, follow=True)
    assert "The decision is undone" in undone.content.decode()
    assert Status.objects.get().withheld_at is None
    assert "undone already" in browser.post(undo, {"reason": "A joke."}).content.decode()
    assert (Decision.objects.count(), Undo.objects.count()) == (1, 1)


def test_nobody_without_the_role_sees_or_decides() -> None:
    case, _ = _reported()
    staff = someone("staff")
    staff.is_staff = True
    staff.save()
    browser = _logged_in(staff)
    decide = reverse("admin:moderation_case_decide_case", args=[case.pk])
    assert browser.get(QUEUE).status_code == 403
    assert browser.get(f"{QUEUE}{case.pk}/change/").status_code == 403
    for attempt in (browser.get(decide), browser.post(decide, {"effect": "none"})):
        assert attempt.status_code in {302, 403}
    assert Client().get(QUEUE).status_code == 302
    assert Client().post(decide, {"effect": "none"}).status_code in {302, 403}
    assert not Decision.objects.exists()


def test_the_console_changes_no_row_directly() -> None:
    case, _ = _reported()
    chief = Account.objects.create_superuser("chief", "chief@example.org", PASSWORD)
    browser = _logged_in(chief)
    for name, row in (("case", case.pk), ("report", case.reports.get().pk), ("botscore", BotScore.objects.get().pk)):
        place = f"/admin/moderation/{name}/"
        assert browser.get(place).status_code == 200
        assert browser.get(f"{place}{row}/change/").status_code == 200
        assert browser.post(f"{place}{row}/change/", {"state": "closed"}).status_code == 403
        assert browser.get(f"{place}{row}/delete/").status_code == 403
        assert browser.get(f"{place}add/").status_code == 403
    assert Case.objects.get().state == "open"
