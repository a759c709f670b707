"""What this server is and what it takes, as both of Mastodon's instance documents say it."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from common.problems import NotFound
from feed.api.instance_texts import RULES
from feed.api.views import MastodonPublicView
from feed.operations.profiles import (
    LONGEST_DESCRIPTION,
    LONGEST_DISPLAY_NAME,
    LONGEST_NOTE,
    LONGEST_OF_A_FIELD,
    MOST_FIELDS,
)
from feed.queries.hosts import own_host
from feed.queries.media_meta import media_limits
from feed.queries.numbers import network_numbers
from feed.queries.push_keys import server_key

OWN_VERSION = "0.1.0"
# The newest version of which everything is here, and its number in Mastodon's table of API versions.
API_VERSIONS = {"mastodon": 7, "humankind": 1}
VERSION = f"4.5.0 (compatible; Humankind {OWN_VERSION})"
TITLE = "Humankind"
DESCRIPTION = "A social network where every account is one living human, proven once."


def _streaming() -> str:
    return settings.PUBLIC_URL.replace("http", "ws", 1)


def _contact() -> str:
    """Where the operator named no address, the one that whoever has mail reads (RFC 2142)."""
    return settings.CONTACT_EMAIL or f"postmaster@{settings.HOSTNAME}"


def _thumbnail() -> str:
    return f"{settings.PUBLIC_URL}{settings.STATIC_URL}feed/header.png"


def _configuration() -> dict[str, Any]:
    return {
        "urls": {"streaming": _streaming()},
        "accounts": {
            "max_featured_tags": 10,
            "max_pinned_statuses": 5,
            "max_display_name_length": LONGEST_DISPLAY_NAME,
            "max_note_length": LONGEST_NOTE,
            "max_avatar_description_length": LONGEST_DESCRIPTION,
            "max_header_description_length": LONGEST_DESCRIPTION,
            "max_profile_fields": MOST_FIELDS,
            "profile_field_name_limit": LONGEST_OF_A_FIELD,
            "profile_field_value_limit": LONGEST_OF_A_FIELD,
        },
        "statuses": {
            "max_characters": settings.LONGEST_STATUS,
            "max_media_attachments": 4,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": media_limits(),
        "polls": {
            "max_options": 4,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        },
        "translation": {"enabled": False},
        "timelines_access": {
            feeds: {"local": "public", "remote": "public"}
            for feeds in ("live_feeds", "hashtag_feeds", "trending_link_feeds")
        },
        "vapid": {"public_key": server_key()},
    }


class InstanceView(MastodonPublicView):
    """GET /api/v1/instance"""

    def get(self, request: Request) -> Response:
        """The old shape, which many clients still ask for."""
        numbers = network_numbers()
        return Response(
            {
                "uri": own_host(),
                "title": TITLE,
                "short_description": DESCRIPTION,
                "description": DESCRIPTION,
                "email": _contact(),
                "version": VERSION,
                "urls": {"streaming_api": _streaming()},
                "stats": {"user_count": numbers.accounts, "status_count": numbers.statuses, "domain_count": 1},
                "thumbnail": _thumbnail(),
                "languages": ["en"],
                "registrations": True,
                "approval_required": False,
                "invites_enabled": False,
                "configuration": _configuration(),
                "contact_account": None,
                "rules": RULES,
            }
        )


class InstanceV2View(MastodonPublicView):
    """GET /api/v2/instance"""

    def get(self, request: Request) -> Response:
        """The shape of Mastodon 4."""
        return Response(
            {
                "domain": own_host(),
                "title": TITLE,
                "version": VERSION,
                "source_url": settings.SOURCE_URL or settings.PUBLIC_URL,
                "description": DESCRIPTION,
                "usage": {"users": {"active_month": network_numbers().active_month}},
                "thumbnail": {"url": _thumbnail()},
                "icon": [],
                "languages": ["en"],
                "configuration": _configuration(),
                "registrations": {
                    "enabled": True,
                    "approval_required": False,
                    "reason_required": False,
                    "message": None,
                    "min_age": settings.MINIMUM_AGE,
                    "url": None,
                },
                "api_versions": API_VERSIONS,
                "contact": {"email": _contact(), "account": None},
                "rules": RULES,
                # Clients that read the old place find it in the new shape too.
                "urls": {"streaming_api": _streaming()},
                "humankind": {
                    "version": OWN_VERSION,
                    "enrolment_url": f"{settings.PUBLIC_URL}/api/humankind/v1/enrolments",
                },
            }
        )


class UnknownView(MastodonPublicView):
    """Every other address below /api that is Mastodon's."""

    def _refuse(self, request: Request, *arguments: Any, **options: Any) -> Response:
        raise NotFound("Record not found")

    get = post = put = patch = delete = _refuse
