"""Accounts and reports as the admin part of Mastodon's API lists them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from common.pagination import LARGEST_ID
from common.problems import NotFound, Problem
from feed.models import Profile
from moderation.models import Case, Decision, Report

STANDINGS: dict[str, dict[str, Any]] = {
    "active": {"restriction": "", "account__is_active": True},
    "silenced": {"restriction": "limited"},
    "suspended": {"restriction": "suspended"},
    # Accounts are not approved by hand, and none is disabled but by its owner.
    "pending": {"pk": None},
    "disabled": {"account__is_active": False},
}
LONGEST_TEXT = 200


def accounts(asked: Mapping[str, str]) -> QuerySet[Profile]:
    """Profiles with their logins: by `status` (or one flag of the older API), `username`, `display_name`, `permissions`.

    `origin=remote` finds nothing: there is no other server. Raises Problem for a status that there is not.
    """
    found = Profile.objects.select_related("account")
    status = asked.get("status") or next((one for one in STANDINGS if asked.get(one) in {"true", "1"}), "")
    if status and status not in STANDINGS:
        raise Problem(f"status is one of {', '.join(STANDINGS)}.", field="status")
    if status:
        found = found.filter(**STANDINGS[status])
    if asked.get("origin") == "remote" or asked.get("remote") in {"true", "1"}:
        return found.none()
    if asked.get("permissions") == "staff" or asked.get("staff") in {"true", "1"}:
        found = found.filter(account__is_staff=True)
    for name, field in (("username", "account__username"), ("display_name", "display_name")):
        if text := asked.get(name, "")[:LONGEST_TEXT].replace("\0", ""):
            found = found.filter(**{f"{field}__icontains": text})
    return found


def account_of(account_id: int) -> Profile:
    """One of them. Raises NotFound."""
    found = Profile.objects.select_related("account").filter(pk=account_id).first()
    if found is None:
        raise NotFound("Record not found")
    return found


def reports(asked: Mapping[str, str]) -> QuerySet[Report]:
    """Unresolved reports; with `resolved` those whose case is closed, with both all of them."""
    found = Report.objects.select_related("case__decision__moderator")
    resolved, unresolved = (asked.get(name) in {"true", "1"} for name in ("resolved", "unresolved"))
    if not (resolved and unresolved):
        found = found.filter(case__state=Case.State.CLOSED if resolved else Case.State.OPEN)
    for name, field in (("account_id", "account_id"), ("target_account_id", "target_id")):
        if given := asked.get(name, ""):
            found = found.filter(**{field: _number(name, given)})
    return found


def report_of(report_id: int) -> Report:
    """One report, with its case and its decision if there is one. Raises NotFound."""
    found = Report.objects.select_related("case__decision__moderator").filter(pk=report_id).first()
    if found is None:
        raise NotFound("Record not found")
    return found


def open_case_on(account_id: int) -> Case | None:
    """The case that is being worked on, if any."""
    return Case.objects.filter(account_id=account_id, state=Case.State.OPEN).first()


def in_force(*, account_id: int, effect: str) -> Decision | None:
    """The newest decision of one effect on an account that was not undone."""
    return Decision.objects.filter(account_id=account_id, effect=effect, undo=None).order_by("-pk").first()


def _number(name: str, given: str) -> int:
    if not given.isdigit() or len(given) > len(str(LARGEST_ID)):
        raise Problem(f"{name} is a number.", field=name)
    return min(int(given), LARGEST_ID)
