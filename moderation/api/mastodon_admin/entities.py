"""Mastodon's admin entities. No e-mail or network address is in them: nobody decides by those."""

from collections.abc import Sequence
from typing import Any

from feed.models import Profile
from feed.queries.relationships import profiles_by_id
from feed.queries.rendering.accounts import moment, profiles_json
from feed.queries.rendering.statuses import statuses_json
from feed.queries.statuses import statuses_for_moderation
from moderation.models import Case, Decision, Report

MODERATOR = {"id": "2", "name": "Moderator", "permissions": "65536", "color": "", "highlighted": True}
EVERYBODY = {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False}


def admin_accounts_json(profiles: Sequence[Profile]) -> list[dict[str, Any]]:
    """Mastodon's Admin::Account for each."""
    return [_account(profile, shown) for profile, shown in zip(profiles, profiles_json(profiles), strict=True)]


def admin_reports_json(reports: Sequence[Report]) -> list[dict[str, Any]]:
    """Mastodon's Admin::Report for each, in a constant number of queries."""
    decisions = {one.case_id: one for one in Decision.objects.filter(case__in=[each.case_id for each in reports])}
    people = {one.account_id for one in reports} | {one.target_id for one in reports}
    people |= {one.moderator_id for one in decisions.values()}
    profiles = profiles_by_id(people)
    accounts = {int(body["id"]): body for body in admin_accounts_json(list(profiles.values()))}
    named = statuses_for_moderation({status_id for one in reports for status_id in one.status_ids})
    statuses = {int(body["id"]): body for body in statuses_json(named, viewer_id=None)}
    return [_report(one, decisions.get(one.case_id), accounts, statuses) for one in reports]


def _account(profile: Profile, shown: dict[str, Any]) -> dict[str, Any]:
    account = profile.account
    return {
        "id": str(profile.pk),
        "username": account.username,
        "domain": None,
        "created_at": moment(account.date_joined),
        "email": "",
        "ip": None,
        "ips": [],
        "locale": "en",
        "invite_request": None,
        "role": MODERATOR if account.is_staff else EVERYBODY,
        "confirmed": True,
        "approved": True,
        "disabled": not account.is_active,
        "silenced": profile.restriction == Profile.Restriction.LIMITED,
        "suspended": profile.restriction == Profile.Restriction.SUSPENDED,
        "sensitized": False,
        "account": shown,
    }


def _report(
    report: Report,
    decision: Decision | None,
    accounts: dict[int, dict[str, Any]],
    statuses: dict[int, dict[str, Any]],
) -> dict[str, Any]:
    closed = report.case.state == Case.State.CLOSED
    return {
        "id": str(report.pk),
        "action_taken": closed,
        "action_taken_at": moment(report.case.closed_at),
        "category": report.category,
        "comment": report.comment,
        "forwarded": False,
        "created_at": moment(report.at),
        "updated_at": moment(report.case.closed_at or report.at),
        "account": accounts.get(report.account_id),
        "target_account": accounts.get(report.target_id),
        "assigned_account": None,
        "action_taken_by_account": accounts.get(decision.moderator_id) if decision else None,
        "statuses": [statuses[one] for one in report.status_ids if one in statuses],
        "rules": [{"id": one, "text": "", "hint": ""} for one in report.rule_ids],
    }
