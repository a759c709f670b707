"""Mastodon's Account as a report carries it."""

from typing import Any

from django.conf import settings
from django.utils.html import escape, linebreaks

from feed.models import Profile


def account_card(account_id: int) -> dict[str, Any]:
    """The reported account as everybody sees it."""
    profile = Profile.objects.select_related("account").get(pk=account_id)
    username = profile.account.username
    return {
        "id": str(account_id),
        "username": username,
        "acct": username,
        "display_name": profile.display_name or username,
        "locked": profile.locked,
        "bot": profile.declared_bot,
        "discoverable": profile.discoverable,
        "group": False,
        "created_at": profile.account.date_joined.strftime("%Y-%m-%dT00:00:00.000Z"),
        "note": linebreaks(escape(profile.note)) if profile.note else "",
        "url": f"{settings.PUBLIC_URL}/@{username}",
        "uri": f"{settings.PUBLIC_URL}/users/{username}",
        "avatar": f"{settings.PUBLIC_URL}/static/avatar.png",
        "avatar_static": f"{settings.PUBLIC_URL}/static/avatar.png",
        "header": f"{settings.PUBLIC_URL}/static/header.png",
        "header_static": f"{settings.PUBLIC_URL}/static/header.png",
        "followers_count": profile.followers_count,
        "following_count": profile.following_count,
        "statuses_count": profile.statuses_count,
        "last_status_at": profile.last_status_at.date().isoformat() if profile.last_status_at else None,
        "emojis": [],
        "fields": [],
    }
