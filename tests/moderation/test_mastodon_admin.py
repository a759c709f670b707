"""A moderator works from a Mastodon client: reads accounts and reports, and decides with a statement of reasons."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from feed.models import Profile
from identity.models import Account
from identity.operations.applications import issue_token, register_application
from moderation.models import Decision
from moderation.operations.reports import file_report
from tests.moderation.world import moderator, said, someone

pytestmark = pytest.mark.django_db


def client_of(account: Account, *scopes: str) -> APIClient:
    made = register_application(name="Desk", redirect_uris=["urn:ietf:wg:oauth:2.0:oob"], scopes=scopes)
    token = issue_token(client=made.client, account_id=account.pk, scopes=scopes)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def test_reports_are_read_and_decided_from_a_client() -> None:
    desk, spammer, reporter = moderator(), someone("spammer"), someone("reporter")
    status = said(spammer, "Buy now")
    report = file_report(account_id=reporter.pk, target_id=spammer.pk, status_ids=[status.pk], comment="spam")
    client = client_of(desk, "admin:read", "admin:write")

    shown: list[dict[str, Any]] = client.get("/api/v1/admin/reports").json()
    assert [one["id"] for one in shown] == [str(report.pk)]
    assert shown[0]["statuses"][0]["content"] == "<p>Buy now</p>"
    assert (shown[0]["action_taken"], shown[0]["target_account"]["username"]) == (False, "spammer")

    action = f"/api/v1/admin/accounts/{spammer.pk}/action"
    without = client.post(action, {"type": "silence"})
    assert without.status_code == 422 and "facts" in without.json()["error"]
    assert client.post(action, {"type": "silence", "text": "Thirty copies of one text."}).status_code == 200
    assert Profile.objects.get(pk=spammer.pk).restriction == "limited"
    decision = Decision.objects.get()
    assert (decision.facts, decision.source, decision.moderator_id) == ("Thirty copies of one text.", "notice", desk.pk)

    resolved = client.get(f"/api/v1/admin/reports/{report.pk}").json()
    assert resolved["action_taken"] and resolved["action_taken_by_account"]["id"] == str(desk.pk)
    assert client.get("/api/v1/admin/reports").json() == []
    assert [one["id"] for one in client.get("/api/v1/admin/reports?resolved=true").json()] == [str(report.pk)]
    assert [one["username"] for one in client.get("/api/v2/admin/accounts?status=silenced").json()] == ["spammer"]

    lifted = client.post(f"/api/v1/admin/accounts/{spammer.pk}/unsilence")
    assert lifted.json()["silenced"] is False
    assert client.post(f"/api/v1/admin/accounts/{spammer.pk}/unsilence").status_code == 403


def test_accounts_are_found_and_keep_their_address_to_themselves() -> None:
    desk, _ = moderator(), someone("somebody")
    client = client_of(desk, "admin:read")
    staff = client.get("/api/v2/admin/accounts?permissions=staff").json()
    assert [one["username"] for one in staff] == ["moderator"]
    assert client.get("/api/v2/admin/accounts?origin=remote").json() == []
    one = client.get("/api/v1/admin/accounts?limit=1").json()
    assert len(one) == 1 and one[0]["email"] == "" and one[0]["ip"] is None
    assert client.get("/api/v2/admin/accounts?status=odd").status_code == 422
    assert client.get("/api/v1/admin/accounts/1").status_code == 404


@pytest.mark.parametrize("path", ["accounts", "reports"])
def test_a_scope_without_the_role_and_the_role_without_a_scope_open_nothing(path: str) -> None:
    desk, former = moderator(), moderator("former")
    kept = client_of(former, "admin:read")
    former.groups.clear()
    Account.objects.filter(pk=former.pk).update(is_staff=False)
    assert kept.get(f"/api/v1/admin/{path}").status_code in {401, 403}
    assert client_of(desk, "read").get(f"/api/v1/admin/{path}").status_code == 403
    assert APIClient().get(f"/api/v1/admin/{path}").status_code == 401
