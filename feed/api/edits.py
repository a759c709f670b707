"""What a status said before, what its author wrote, and its translation, which this server does not make."""

from rest_framework.request import Request
from rest_framework.response import Response

from common.problems import Problem
from feed.api.parameters import path_id
from feed.api.views import MastodonPublicView, MastodonView, caller_id, viewer_id
from feed.queries.edits import history_of
from feed.queries.rendering.edits import edits_json
from feed.queries.statuses import status_for


class HistoryView(MastodonPublicView):
    """GET /api/v1/statuses/:id/history"""

    def get(self, request: Request, id: str) -> Response:
        """Everything that it said, oldest first."""
        return Response(edits_json(*history_of(status_id=path_id(id), viewer_id=viewer_id(request))))


class SourceView(MastodonView):
    """GET /api/v1/statuses/:id/source"""

    scopes = {"GET": "read:statuses"}

    def get(self, request: Request, id: str) -> Response:
        """The text as its author wrote it."""
        status = status_for(status_id=path_id(id), viewer_id=caller_id(request))
        return Response({"id": str(status.pk), "text": status.text, "spoiler_text": status.spoiler_text})


class TranslateView(MastodonView):
    """POST /api/v1/statuses/:id/translate"""

    scopes = {"POST": "read:statuses"}

    def post(self, request: Request, id: str) -> Response:
        """Always refused, for a status that the caller may see."""
        status_for(status_id=path_id(id), viewer_id=caller_id(request))
        raise Problem(
            "This server does not translate: it sends no text to other services.", code="not_implemented", status=501
        )
