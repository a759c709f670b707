"""Accounts and relationships as Mastodon's JSON."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.templatetags.static import static

from feed.models import Profile
from feed.queries.relationships import Relationship
from feed.queries.rendering.text import account_url, rendered
from identity.queries.personhood import Personhood, personhood_of

LEVELS = {
    "unique": "Unique human",
    "present": "A human was present",
    "simulated": "Simulated: an agent of the demo world, not a person",
    "unchecked": "Not checked: let in on a development machine, no proof of a human",
    "none": "Not shown to be a human",
}
NOBODY = Personhood()


def moment(value: dt.datetime | None) -> str | None:
    """ISO 8601 in UTC with milliseconds, as Mastodon writes it."""
    if value is None:
        return None
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


def personhood_json(personhood: Personhood) -> dict[str, Any]:
    """What was shown of the one behind the account."""
    return {"level": personhood.level, "method": personhood.method or None, "since": moment(personhood.since)}


def _personhood_field(personhood: Personhood) -> dict[str, Any]:
    """A profile field, so that clients that know nothing of Humankind show it; ticked only for a unique human."""
    is_unique = personhood.level == "unique"
    return {
        "name": "Personhood",
        "value": LEVELS[personhood.level],
        "verified_at": moment(personhood.since) if is_unique else None,
    }


def account_json(profile: Profile, personhood: Personhood) -> dict[str, Any]:
    """Mastodon's Account, with a `humankind` object. The profile's `account` must be loaded."""
    account = profile.account
    url = account_url(account.username)
    avatar, header = (
        f"{settings.PUBLIC_URL}{static('feed/avatar.png')}",
        f"{settings.PUBLIC_URL}{static('feed/header.png')}",
    )
    suspended = profile.restriction == Profile.Restriction.SUSPENDED
    body: dict[str, Any] = {
        "id": str(account.pk),
        "username": account.username,
        "acct": account.username,
        "display_name": "" if suspended else profile.display_name,
        "locked": profile.locked,
        "bot": profile.declared_bot or personhood.level == "simulated",
        "discoverable": profile.discoverable,
        "indexable": profile.discoverable,
        "group": False,
        "created_at": f"{account.date_joined.date().isoformat()}T00:00:00.000Z",
        "note": "" if suspended else rendered(profile.note),
        "url": url,
        "uri": f"{settings.PUBLIC_URL}/users/{account.username}",
        "avatar": avatar,
        "avatar_static": avatar,
        "header": header,
        "header_static": header,
        "followers_count": profile.followers_count,
        "following_count": profile.following_count,
        "statuses_count": profile.statuses_count,
        "last_status_at": profile.last_status_at.date().isoformat() if profile.last_status_at else None,
        "hide_collections": False,
        "noindex": not profile.discoverable,
        "emojis": [],
        "roles": [],
        "fields": [_personhood_field(personhood)],
        "humankind": {"personhood": personhood_json(personhood)},
    }
    if suspended:
        body["suspended"] = True
    if profile.restriction == Profile.Restriction.LIMITED:
        body["limited"] = True
    return body


def profiles_json(profiles: Sequence[Profile]) -> list[dict[str, Any]]:
    """Accounts in one query more than their rows."""
    personhoods = personhood_of([profile.pk for profile in profiles]) if profiles else {}
    return [account_json(profile, personhoods.get(profile.pk, NOBODY)) for profile in profiles]


def own_account_json(profile: Profile, personhood: Personhood, *, follow_requests: int) -> dict[str, Any]:
    """Mastodon's CredentialAccount."""
    return {
        **account_json(profile, personhood),
        "source": {
            "privacy": "public",
            "sensitive": False,
            "language": None,
            "note": profile.note,
            "fields": [],
            "follow_requests_count": follow_requests,
            "hide_collections": False,
            "discoverable": profile.discoverable,
            "indexable": profile.discoverable,
        },
        "role": {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False},
    }


def relationship_json(relationship: Relationship) -> dict[str, Any]:
    """Mastodon's Relationship; the options of a request that still waits show too."""
    own, back, mute = relationship.own, relationship.back, relationship.mute
    return {
        "id": str(relationship.target_id),
        "following": own is not None and not own.pending,
        "showing_reblogs": own is not None and own.reblogs,
        "notifying": own is not None and own.notify,
        "languages": (own.languages or None) if own else None,
        "followed_by": back is not None and not back.pending,
        "blocking": relationship.blocking,
        "blocked_by": relationship.blocked_by,
        "muting": mute is not None,
        "muting_notifications": mute is not None and mute.hide_notifications,
        "muting_expires_at": moment(mute.expires_at) if mute else None,
        "requested": own is not None and own.pending,
        "requested_by": back is not None and back.pending,
        "domain_blocking": False,
        "endorsed": relationship.endorsed,
        "note": relationship.note,
    }
