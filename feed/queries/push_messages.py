"""What a push says: enough to show without asking the server, in the words of its kind."""

import json
from typing import Any

from django.conf import settings

from feed.models import Notice
from feed.queries.rendering.accounts import profiles_json

LONGEST_TITLE = 120
LONGEST_BODY = 140
SENTENCES = {
    Notice.Kind.MENTION: "{} mentioned you",
    Notice.Kind.STATUS: "{} posted",
    Notice.Kind.REBLOG: "{} boosted your post",
    Notice.Kind.FOLLOW: "{} followed you",
    Notice.Kind.FOLLOW_REQUEST: "{} asked to follow you",
    Notice.Kind.FAVOURITE: "{} favourited your post",
    Notice.Kind.POLL: "A poll by {} has ended",
    Notice.Kind.UPDATE: "{} edited a post",
    Notice.Kind.QUOTE: "{} quoted your post",
    Notice.Kind.QUOTED_UPDATE: "{} edited a post that you quoted",
    Notice.Kind.MODERATION: "A moderator's decision concerns you",
    Notice.Kind.ADMIN_SIGN_UP: "{} signed up",
    Notice.Kind.ADMIN_REPORT: "{} reported somebody",
}


def push_message(notice: Notice) -> bytes:
    """Mastodon's payload as JSON. The token of the client is left empty: nobody here knows it, only its digest is kept."""
    sender = notice.from_account or notice.account
    account = profiles_json([sender.profile])[0]
    name = str(account["display_name"] or account["username"])
    body: dict[str, Any] = {
        "access_token": "",
        "preferred_locale": "en",
        # A text: it has more digits than a browser's numbers.
        "notification_id": str(notice.pk),
        "notification_type": notice.kind,
        "icon": account["avatar"],
        "title": SENTENCES[Notice.Kind(notice.kind)].format(name)[:LONGEST_TITLE],
        "body": _said(notice)[:LONGEST_BODY],
    }
    return json.dumps(body, ensure_ascii=False).encode()


def subject() -> str:
    """How a push service reaches the operator (RFC 8292, 2.1)."""
    return f"mailto:{settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else str(settings.PUBLIC_URL)


def _said(notice: Notice) -> str:
    if notice.status is None:
        return ""
    return notice.status.spoiler_text or notice.status.text
