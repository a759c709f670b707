"""Notifications as Mastodon's JSON. A client may crash over one malformed entry, so each has all its kind requires."""

from collections.abc import Sequence
from typing import Any

from feed.models import Notice
from feed.queries.rendering.accounts import NOBODY, account_json, moment
from feed.queries.rendering.statuses import statuses_json
from identity.queries.personhood import Personhood, personhood_of

# Mastodon's names of what a decision did.
ACTIONS = {"suspend_account": "suspend", "limit_account": "silence", "withhold_status": "delete_statuses"}

# Without its status each of these would be malformed: it is left out.
ABOUT_A_STATUS = frozenset(
    {
        Notice.Kind.MENTION,
        Notice.Kind.STATUS,
        Notice.Kind.REBLOG,
        Notice.Kind.FAVOURITE,
        Notice.Kind.POLL,
        Notice.Kind.UPDATE,
        Notice.Kind.QUOTE,
        Notice.Kind.QUOTED_UPDATE,
    }
)


def notifications_json(notices: Sequence[Notice], *, viewer_id: int | None) -> list[dict[str, Any]]:
    """A page of notices, in a constant number of queries; one that lacks what its kind requires is left out. None: for nobody in particular, as streams tell them."""
    if not notices:
        return []
    personhoods = personhood_of({notice.from_account_id or notice.account_id for notice in notices})
    statuses = [notice.status for notice in notices if notice.status is not None]
    shown = {int(body["id"]): body for body in statuses_json(statuses, viewer_id=viewer_id)}
    complete = [one for one in notices if one.kind not in ABOUT_A_STATUS or one.status_id in shown]
    return [_notification_json(notice, personhoods, shown) for notice in complete]


def _notification_json(
    notice: Notice, personhoods: dict[int, Personhood], statuses: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    # A moderator is not named, so a decision's notification comes from the account itself.
    sender = notice.from_account or notice.account
    account = account_json(sender.profile, personhoods.get(sender.pk, NOBODY))
    body: dict[str, Any] = {
        "id": str(notice.pk),
        "type": notice.kind,
        "created_at": moment(notice.created_at),
        "group_key": shown_key(notice),
        "account": account,
    }
    if notice.filtered:
        body["filtered"] = True
    if notice.kind == Notice.Kind.MODERATION:
        body["moderation_warning"] = warning_json(notice, account)
        body["humankind"] = {"statement": notice.data}
    elif notice.status_id is not None and notice.status_id in statuses:
        body["status"] = statuses[notice.status_id]
    return body


def shown_key(notice: Notice) -> str:
    """The group's key as clients know it."""
    return notice.group_key or f"ungrouped-{notice.pk}"


def warning_json(notice: Notice, account: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(notice.pk),
        "action": ACTIONS.get(str(notice.data.get("effect")), "none"),
        "text": str(notice.data.get("text") or notice.data.get("facts") or ""),
        "status_ids": [str(notice.status_id)] if notice.status_id else None,
        "target_account": account,
        "appeal": None,
        "created_at": moment(notice.created_at),
    }
