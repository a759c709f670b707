"""Grouped notifications as Mastodon's JSON: accounts and statuses once, groups that name them."""

from collections.abc import Sequence
from typing import Any

from feed.models import Notice
from feed.queries.notification_pages import Group
from feed.queries.relationships import profiles_by_id
from feed.queries.rendering.accounts import moment, profiles_json
from feed.queries.rendering.notifications import ABOUT_A_STATUS, warning_json
from feed.queries.rendering.statuses import statuses_json

PARTIAL = ("id", "acct", "url", "avatar", "avatar_static", "locked", "bot")


def grouped_json(groups: Sequence[Group], *, viewer_id: int, partial: bool = False) -> dict[str, Any]:
    """Mastodon's GroupedNotificationsResults. `partial`: of all but the newest sender of a group only what avatars need."""
    rows = {group.newest.status_id: group.newest.status for group in groups if group.newest.status is not None}
    statuses = {body["id"]: body for body in statuses_json(list(rows.values()), viewer_id=viewer_id)}
    complete = [one for one in groups if one.newest.kind not in ABOUT_A_STATUS or str(one.newest.status_id) in statuses]
    wanted = dict.fromkeys(sender for group in complete for sender in group.sender_ids)
    profiles = profiles_by_id(wanted)
    accounts = {int(body["id"]): body for body in profiles_json([profiles[one] for one in wanted if one in profiles])}
    complete = [group for group in complete if any(sender in accounts for sender in group.sender_ids)]
    body: dict[str, Any] = {
        "accounts": list(accounts.values()),
        "statuses": list(statuses.values()),
        "notification_groups": [_group_json(group, accounts) for group in complete],
    }
    if partial:
        first = {next(one for one in group.sender_ids if one in accounts) for group in complete}
        body["accounts"] = [account for pk, account in accounts.items() if pk in first]
        body["partial_accounts"] = [
            {name: account[name] for name in PARTIAL} for pk, account in accounts.items() if pk not in first
        ]
    return body


def _group_json(group: Group, accounts: dict[int, dict[str, Any]]) -> dict[str, Any]:
    newest = group.newest
    senders = [one for one in group.sender_ids if one in accounts]
    body: dict[str, Any] = {
        "group_key": group.key,
        "notifications_count": group.count,
        "type": newest.kind,
        # A number and no text: so does Mastodon.
        "most_recent_notification_id": newest.pk,
        "sample_account_ids": [str(one) for one in senders],
    }
    if group.page_min_id is not None:
        body |= {
            "page_min_id": str(group.page_min_id),
            "page_max_id": str(newest.pk),
            "latest_page_notification_at": moment(newest.created_at),
        }
    if newest.kind in ABOUT_A_STATUS:
        body["status_id"] = str(newest.status_id)
    if newest.kind == Notice.Kind.MODERATION:
        body["moderation_warning"] = warning_json(newest, accounts[senders[0]])
        body["humankind"] = {"statement": newest.data}
    return body
