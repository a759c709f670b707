"""The moderator of the story, who works in the browser's pages as a moderator does."""

import datetime as dt
import io
import re
from typing import Any

import httpx
from django.core.management import call_command
from django.urls import reverse

from identity.models import Account
from moderation.models import Case, Decision
from seeds.story.client import Client
from seeds.story.telling import demand

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Desk:
    """A signed-in browser at the moderators' pages."""

    def __init__(self, moderator: Client) -> None:
        call_command("appoint_moderator", moderator.username, stdout=io.StringIO())
        self.browser = httpx.Client(base_url=moderator.http.base_url, timeout=30, follow_redirects=True)
        answer = self._submit(
            "/admin/login/", {"username": moderator.username, "password": moderator.password, "next": "/admin/"}
        )
        demand("/login" not in str(answer.url), "the moderator could not sign in")

    def queue(self) -> str:
        """The page with the open cases, in the order of the bot likelihood."""
        return self.browser.get("/admin/moderation/case/").text

    def withhold(self, account_id: int, *, facts: str) -> None:
        """Decide the open case on an account: the reported statuses are withheld."""
        case = Case.objects.get(account_id=account_id, state=Case.State.OPEN)
        page = reverse("admin:moderation_case_decide_case", args=[case.pk])
        shown = self.browser.get(page).text
        reported = re.findall(r'<input type="checkbox" name="status_ids" value="(\d+)"', shown)
        demand(reported, f"{page} shows no reported status: {re.findall(r'<input[^>]*>', shown)[:12]}")
        answer = self._submit(
            page,
            {
                "effect": Decision.Effect.WITHHOLD_STATUS,
                "status_ids": reported,
                "ground": Decision.Ground.TERMS,
                "category": Decision.Category.SCAMS,
                "rule": "Rule 1: no advertising in series",
                "facts": facts,
                "content_type": Decision.ContentType.TEXT,
                "content_date": dt.datetime.now(dt.UTC).date().isoformat(),
                "source": Decision.Source.NOTICE,
                "automated_decision": Decision.Automation.NOT_AUTOMATED,
                "end_date": "",
            },
        )
        demand(Decision.objects.filter(case=case).exists(), f"no decision was made: {_errors(answer.text)}")

    def _submit(self, page: str, form: dict[str, Any]) -> httpx.Response:
        shown = self.browser.get(page)
        found = TOKEN.search(shown.text)
        demand(found, f"{page} answered {shown.status_code} and shows no form")
        token = found.group(1) if found else ""
        return self.browser.post(
            str(shown.url), data={**form, "csrfmiddlewaretoken": token}, headers={"Referer": str(shown.url)}
        )


def _errors(page: str) -> str:
    return " ".join(re.findall(r'class="[^"]*error[^"]*"[^>]*>([^<]+)<', page))[:300]


def promote_to_operator(operator: Client) -> None:
    """What `manage.py createsuperuser` does for the first operator of a server."""
    Account.objects.filter(pk=operator.account_id).update(is_staff=True, is_superuser=True)
