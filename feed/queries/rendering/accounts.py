"""Accounts and relationships as Mastodon's JSON."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.templatetags.static import static

from feed.models import Profile
from feed.queries.images import media_url
from feed.queries.relationships import Relationship
from feed.queries.rendering.text import account_url, rendered, rendered_line
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


def _fields(profile: Profile, *, suspended: bool) -> list[dict[str, Any]]:
    """The person's own fields, each value one line of HTML."""
    if suspended:
        return []
    return [
        {"name": field["name"], "value": rendered_line(field["value"]), "verified_at": field.get("verified_at")}
        for field in profile.fields
    ]


def _pictures(profile: Profile, *, suspended: bool) -> dict[str, str]:
    """Addresses of both pictures, moving and still, and what they show."""
    found = {}
    for name in ("avatar", "header"):
        path, still = getattr(profile, name), getattr(profile, f"{name}_static")
        usual = f"{settings.PUBLIC_URL}{static(f'feed/{name}.png')}"
        found[name] = media_url(path) if path and not suspended else usual
        found[f"{name}_static"] = media_url(still or path) if path and not suspended else usual
        found[f"{name}_description"] = getattr(profile, f"{name}_description") if not suspended else ""
    return found


def account_json(profile: Profile, personhood: Personhood) -> dict[str, Any]:
    """Mastodon's Account, with a `humankind` object. The profile's `account` must be loaded."""
    account = profile.account
    url = account_url(account.username)
    suspended = profile.restriction == Profile.Restriction.SUSPENDED
    body: dict[str, Any] = {
        "id": str(account.pk),
        "username": account.username,
        "acct": account.username,
        "display_name": "" if suspended else profile.display_name,
        "locked": profile.locked,
        "bot": profile.declared_bot or personhood.level == "simulated",
        "discoverable": profile.discoverable,
        "indexable": profile.indexable,
        "group": False,
        "created_at": f"{account.date_joined.date().isoformat()}T00:00:00.000Z",
        "note": "" if suspended else rendered(profile.note),
        "url": url,
        "uri": f"{settings.PUBLIC_URL}/users/{account.username}",
        **_pictures(profile, suspended=suspended),
        "followers_count": profile.followers_count,
        "following_count": profile.following_count,
        "statuses_count": profile.statuses_count,
        "last_status_at": profile.last_status_at.date().isoformat() if profile.last_status_at else None,
        "hide_collections": profile.hide_collections,
        "noindex": not profile.indexable,
        "emojis": [],
        "roles": [],
        # The server's own comes last: clients count the person's from the first.
        "fields": [*_fields(profile, suspended=suspended), _personhood_field(personhood)],
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
            "privacy": profile.default_visibility,
            "sensitive": profile.default_sensitive,
            "language": profile.default_language or None,
            "quote_policy": profile.default_quote_policy,
            "note": profile.note,
            "fields": [{"verified_at": None, **field} for field in profile.fields],
            "follow_requests_count": follow_requests,
            "hide_collections": profile.hide_collections,
            "discoverable": profile.discoverable,
            "indexable": profile.indexable,
            "attribution_domains": profile.attribution_domains,
        },
        "role": {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False},
    }


def own_profile_json(profile: Profile, *, featured_tags: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Mastodon's Profile: what its owner edits, as it was written; pictures of one's own, else null."""
    pictures = {
        f"{name}{kind}": media_url(getattr(profile, f"{name}{kind}")) if getattr(profile, f"{name}{kind}") else None
        for name in ("avatar", "header")
        for kind in ("", "_static")
    }
    return {
        "id": str(profile.pk),
        "display_name": profile.display_name,
        "note": profile.note,
        "fields": [{"verified_at": None, **field} for field in profile.fields],
        **pictures,
        "avatar_description": profile.avatar_description,
        "header_description": profile.header_description,
        "locked": profile.locked,
        "bot": profile.declared_bot,
        "hide_collections": profile.hide_collections,
        "discoverable": profile.discoverable,
        "indexable": profile.indexable,
        "show_media": profile.show_media,
        "show_media_replies": profile.show_media_replies,
        "show_featured": profile.show_featured,
        "attribution_domains": profile.attribution_domains,
        "featured_tags": list(featured_tags),
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
