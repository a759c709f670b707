"""Timelines, notifications, reading positions and search."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from feed.api.parameters import flag, identifier, items, parameters
from feed.api.views import MastodonPublicView, MastodonView, caller_id, paged, viewer_id
from feed.models import Marker
from feed.operations.markers import move_marker
from feed.queries.home_timeline import home_timeline
from feed.queries.notices import markers_of
from feed.queries.rendering.accounts import moment
from feed.queries.rendering.statuses import statuses_json
from feed.queries.statuses import public_timeline


class HomeView(MastodonView):
    """GET /api/v1/timelines/home"""

    scopes = {"GET": "read:statuses"}

    def get(self, request: Request) -> Response:
        """One's own statuses and those of the people one follows."""
        page = Page.of(parameters(request))
        caller = caller_id(request)
        statuses = home_timeline(account_id=caller, page=page)
        return paged(request, page, [one.pk for one in statuses], statuses_json(statuses, viewer_id=caller))


class PublicTimelineView(MastodonPublicView):
    """GET /api/v1/timelines/public"""

    def get(self, request: Request) -> Response:
        """Everybody's public statuses. There is no other server, so `remote` is empty."""
        given = parameters(request)
        page = Page.of(given)
        if flag(given, "remote"):
            return Response([])
        statuses = public_timeline(viewer_id=viewer_id(request), page=page, with_media=bool(flag(given, "only_media")))
        body = statuses_json(statuses, viewer_id=viewer_id(request))
        return paged(request, page, [one.pk for one in statuses], body, keep=("local", "only_media"))


class MarkersView(MastodonView):
    """GET and POST /api/v1/markers"""

    scopes = {"GET": "read:statuses", "POST": "write:statuses"}

    def get(self, request: Request) -> Response:
        """Reading positions."""
        timelines = items(parameters(request), "timeline")
        return Response(_markers_json(markers_of(account_id=caller_id(request), timelines=timelines)))

    def post(self, request: Request) -> Response:
        """Move them."""
        given = parameters(request)
        moved = []
        for timeline in Marker.Timeline.values:
            position = given.get(timeline)
            if isinstance(position, dict) and "last_read_id" in position:
                last = identifier(position["last_read_id"], f"{timeline}[last_read_id]")
                moved.append(move_marker(account_id=caller_id(request), timeline=timeline, last_read_id=last))
        return Response(_markers_json(moved))


class EmptyPublicView(MastodonPublicView):
    """What clients ask for at their start and this server has none of: custom emojis."""

    def get(self, request: Request) -> Response:
        """Nothing."""
        return Response([])


def _markers_json(markers: list[Marker]) -> dict[str, Any]:
    return {
        one.timeline: {
            "last_read_id": str(one.last_read_id),
            "version": one.version,
            "updated_at": moment(one.updated_at),
        }
        for one in markers
    }
