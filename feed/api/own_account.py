"""One's own account: what a client reads of it, and changes."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from rest_framework.request import Request
from rest_framework.response import Response

from common.problems import Problem
from feed.api.parameters import flag, items, objects, parameters, text
from feed.api.views import MastodonView, caller_id
from feed.models import Profile
from feed.operations.profiles import (
    PostingDefaults,
    ProfileChanges,
    remove_picture,
    set_posting_defaults,
    update_profile,
)
from feed.queries.relationships import profile_of, waiting_requests
from feed.queries.rendering.accounts import own_account_json, own_profile_json
from feed.queries.rendering.tags import featured_tag_json
from feed.queries.tags import featured_tags
from identity.queries.personhood import personhood_of

POSTING = "posting:default:"


class OwnAccountView(MastodonView):
    """GET /api/v1/accounts/verify_credentials"""

    scopes = {"GET": "profile"}

    def get(self, request: Request) -> Response:
        """Who the token belongs to."""
        return Response(_own_json(caller_id(request)))


class UpdateOwnAccountView(MastodonView):
    """PATCH /api/v1/accounts/update_credentials"""

    scopes = {"PATCH": "write:accounts"}

    def patch(self, request: Request) -> Response:
        """Change one's profile; what is only for oneself (`source`) also without having been admitted."""
        given = parameters(request)
        changes, source = _changes(given), given.get("source")
        if changes != ProfileChanges():
            update_profile(account_id=caller_id(request), changes=changes)
        if isinstance(source, Mapping):
            set_posting_defaults(account_id=caller_id(request), defaults=_defaults(source, visibility="privacy"))
        return Response(_own_json(caller_id(request)))


class ProfileView(MastodonView):
    """GET and PATCH /api/v1/profile: the texts as the person wrote them"""

    scopes = {"GET": "profile", "PATCH": "write:accounts"}

    def get(self, request: Request) -> Response:
        """One's own profile."""
        return Response(_profile_json(caller_id(request)))

    def patch(self, request: Request) -> Response:
        """Change it."""
        update_profile(account_id=caller_id(request), changes=_changes(parameters(request)))
        return Response(_profile_json(caller_id(request)))


class PictureView(MastodonView):
    """DELETE /api/v1/profile/avatar and /api/v1/profile/header"""

    scopes = {"DELETE": "write:accounts"}

    def delete(self, request: Request, name: str) -> Response:
        """Back to the server's own picture."""
        remove_picture(account_id=caller_id(request), name=name)
        return Response(_own_json(caller_id(request)))


class PreferencesView(MastodonView):
    """GET and PUT /api/v1/preferences; Mastodon's clients read it, and set the same in `source`."""

    scopes = {"GET": "read:accounts", "PUT": "write:accounts"}

    def get(self, request: Request) -> Response:
        """How the account posts and reads where nothing else is said."""
        return Response(_preferences_json(profile_of(caller_id(request))))

    def put(self, request: Request) -> Response:
        """Change the `posting:default:` ones that are given; reading is a matter of the client."""
        given = {
            str(name).removeprefix(POSTING): value
            for name, value in parameters(request).items()
            if str(name).startswith(POSTING)
        }
        set_posting_defaults(account_id=caller_id(request), defaults=_defaults(given, visibility="visibility"))
        return Response(_preferences_json(profile_of(caller_id(request))))


def _own_json(account_id: int) -> dict[str, Any]:
    profile = profile_of(account_id)
    personhood = personhood_of([account_id])[account_id]
    return own_account_json(profile, personhood, follow_requests=waiting_requests(account_id))


def _profile_json(account_id: int) -> dict[str, Any]:
    profile = profile_of(account_id)
    tags = [featured_tag_json(one, username=profile.account.username) for one in featured_tags(account_id)]
    return own_profile_json(profile, featured_tags=tags)


def _preferences_json(profile: Profile) -> dict[str, Any]:
    return {
        f"{POSTING}visibility": profile.default_visibility,
        f"{POSTING}sensitive": profile.default_sensitive,
        f"{POSTING}language": profile.default_language or None,
        f"{POSTING}quote_policy": profile.default_quote_policy,
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


def _changes(given: Mapping[str, Any]) -> ProfileChanges:
    return ProfileChanges(
        display_name=_text(given, "display_name"),
        note=_text(given, "note"),
        locked=flag(given, "locked"),
        declared_bot=flag(given, "bot"),
        discoverable=flag(given, "discoverable"),
        indexable=flag(given, "indexable"),
        hide_collections=flag(given, "hide_collections"),
        show_media=flag(given, "show_media"),
        show_media_replies=flag(given, "show_media_replies"),
        show_featured=flag(given, "show_featured"),
        fields=_fields(given),
        attribution_domains=items(given, "attribution_domains") if "attribution_domains" in given else None,
        avatar=_file(given, "avatar"),
        header=_file(given, "header"),
        avatar_description=_text(given, "avatar_description"),
        header_description=_text(given, "header_description"),
    )


def _defaults(given: Mapping[str, Any], *, visibility: str) -> PostingDefaults:
    # JSON's null for a language means none, as Mastodon shows it.
    language = text(given, "language") if "language" in given else None
    return PostingDefaults(
        visibility=_text(given, visibility) or None,
        sensitive=flag(given, "sensitive"),
        language=language,
        quote_policy=_text(given, "quote_policy") or None,
    )


def _text(given: Mapping[str, Any], name: str) -> str | None:
    return text(given, name) if given.get(name) is not None else None


def _fields(given: Mapping[str, Any]) -> list[tuple[str, str]] | None:
    if given.get("fields_attributes") is None:
        return None
    return [(text(one, "name"), text(one, "value")) for one in objects(given, "fields_attributes")]


def _file(given: Mapping[str, Any], name: str) -> Any:
    value = given.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, UploadedFile) or value.file is None:
        raise Problem(f"{name} is a picture, sent as a file of a multipart form.", field=name)
    return value.file  # typed by Django as a file of anything
