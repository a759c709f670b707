"""What the operators tell everybody, and what everybody says to it."""

from rest_framework.request import Request
from rest_framework.response import Response

from feed.api.parameters import flag, parameters, path_id
from feed.api.views import MastodonView, caller_id
from feed.operations.announcements import dismiss_announcement, react, unreact
from feed.queries.announcements import published_announcements, reactions_to
from feed.queries.rendering.announcements import announcement_json


class AnnouncementsView(MastodonView):
    """GET /api/v1/announcements"""

    def get(self, request: Request) -> Response:
        """Those that are out; `with_dismissed` brings those that one has put aside too."""
        with_dismissed = bool(flag(parameters(request), "with_dismissed"))
        rows = published_announcements(account_id=caller_id(request), with_dismissed=with_dismissed)
        reactions = reactions_to([row.pk for row in rows], account_id=caller_id(request))
        return Response(
            [announcement_json(row, reactions.get(row.pk, ()), read=bool(getattr(row, "read", False))) for row in rows]
        )


class DismissAnnouncementView(MastodonView):
    """POST /api/v1/announcements/:id/dismiss"""

    scopes = {"POST": "write:accounts"}

    def post(self, request: Request, id: str) -> Response:
        """Put it aside."""
        dismiss_announcement(account_id=caller_id(request), announcement_id=path_id(id))
        return Response({})


class ReactionView(MastodonView):
    """PUT and DELETE /api/v1/announcements/:id/reactions/:name"""

    scopes = {"*": "write:favourites"}

    def put(self, request: Request, id: str, name: str) -> Response:
        """Give an emoji."""
        react(account_id=caller_id(request), announcement_id=path_id(id), name=name)
        return Response({})

    patch = put

    def delete(self, request: Request, id: str, name: str) -> Response:
        """Take it back."""
        unreact(account_id=caller_id(request), announcement_id=path_id(id), name=name)
        return Response({})
