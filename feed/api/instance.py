"""What this server is: instance, nodeinfo, host-meta."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.request import Request
from rest_framework.response import Response

from common.problems import NotFound
from feed.api.views import MastodonPublicView
from feed.queries.numbers import network_numbers

OWN_VERSION = "0.1.0"
VERSION = f"4.3.0 (compatible; Humankind {OWN_VERSION})"
TITLE = "Humankind"
DESCRIPTION = "A social network where every account is one living human, proven once."
IMAGE_TYPES = ["image/jpeg", "image/png", "image/webp"]
RULES = [{"id": "1", "text": "One living human, one account.", "hint": "What a machine made is labelled so."}]


def _streaming() -> str:
    return settings.PUBLIC_URL.replace("http", "ws", 1)


def _configuration() -> dict[str, Any]:
    return {
        "urls": {"streaming": _streaming()},
        "accounts": {"max_featured_tags": 0, "max_pinned_statuses": 0},
        "statuses": {
            "max_characters": settings.LONGEST_STATUS,
            "max_media_attachments": 4,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {
            "supported_mime_types": IMAGE_TYPES,
            "image_size_limit": 4 * 1024 * 1024,
            "image_matrix_limit": 25_000_000,
            "video_size_limit": 0,
            "video_frame_rate_limit": 0,
            "video_matrix_limit": 0,
        },
        "polls": {
            "max_options": 4,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        },
        "translation": {"enabled": False},
        "vapid": {"public_key": ""},
    }


class InstanceView(MastodonPublicView):
    """GET /api/v1/instance"""

    def get(self, request: Request) -> Response:
        """The old shape, which many clients still ask for."""
        numbers = network_numbers()
        return Response(
            {
                "uri": settings.HOSTNAME,
                "title": TITLE,
                "short_description": DESCRIPTION,
                "description": DESCRIPTION,
                "email": "",
                "version": VERSION,
                "urls": {"streaming_api": _streaming()},
                "stats": {"user_count": numbers.accounts, "status_count": numbers.statuses, "domain_count": 1},
                "thumbnail": None,
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
                "domain": settings.HOSTNAME,
                "title": TITLE,
                "version": VERSION,
                "source_url": "",
                "description": DESCRIPTION,
                "usage": {"users": {"active_month": network_numbers().active_month}},
                "thumbnail": {"url": f"{settings.PUBLIC_URL}{settings.STATIC_URL}feed/header.png"},
                "icon": [],
                "languages": ["en"],
                "configuration": _configuration(),
                "registrations": {"enabled": True, "approval_required": False, "message": None, "url": None},
                "api_versions": {"mastodon": 2},
                "contact": {"email": "", "account": None},
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
    """Every other address below /api/v1 and /api/v2."""

    def _refuse(self, request: Request, *arguments: Any, **options: Any) -> Response:
        raise NotFound("Record not found")

    get = post = put = patch = delete = _refuse


def nodeinfo_links(request: HttpRequest) -> JsonResponse:
    """Where the description of this server is."""
    schema = "http://nodeinfo.diaspora.software/ns/schema/2.0"
    return JsonResponse({"links": [{"rel": schema, "href": f"{settings.PUBLIC_URL}/nodeinfo/2.0"}]})


def nodeinfo(request: HttpRequest) -> JsonResponse:
    """NodeInfo 2.0."""
    numbers = network_numbers()
    return JsonResponse(
        {
            "version": "2.0",
            "software": {"name": "humankind", "version": OWN_VERSION},
            "protocols": [],
            "services": {"outbound": [], "inbound": []},
            "usage": {
                "users": {"total": numbers.accounts, "activeMonth": numbers.active_month},
                "localPosts": numbers.statuses,
            },
            "openRegistrations": True,
            "metadata": {"nodeName": TITLE, "nodeDescription": DESCRIPTION},
        }
    )


def host_meta(request: HttpRequest) -> HttpResponse:
    """RFC 6415; clients only look whether it is there."""
    template = f"{settings.PUBLIC_URL}/.well-known/webfinger?resource={{uri}}"
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" template="{template}"/>\n</XRD>\n'
    )
    return HttpResponse(body, content_type="application/xrd+xml")
