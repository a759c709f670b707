"""Read, move and cancel what is scheduled."""

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from feed.api.parameters import parameters, path_id
from feed.api.views import MastodonView, caller_id, paged
from feed.api.wishes import moment_given
from feed.operations.scheduled import cancel_scheduled, move_scheduled
from feed.queries.scheduled import scheduled_for, scheduled_json, waiting

SCOPES = {"GET": "read:statuses", "PUT": "write:statuses", "DELETE": "write:statuses"}


class ScheduledStatusesView(MastodonView):
    """GET /api/v1/scheduled_statuses"""

    scopes = SCOPES

    def get(self, request: Request) -> Response:
        """One's own, the newest first."""
        page = Page.of(request.query_params)
        rows = page.of_rows(waiting(caller_id(request)))
        return paged(request, page, [row.pk for row in rows], scheduled_json(rows))


class ScheduledStatusView(MastodonView):
    """GET, PUT and DELETE /api/v1/scheduled_statuses/:id"""

    scopes = SCOPES

    def get(self, request: Request, id: str) -> Response:
        """One of one's own."""
        return Response(scheduled_json([scheduled_for(account_id=caller_id(request), scheduled_id=path_id(id))])[0])

    def put(self, request: Request, id: str) -> Response:
        """Post it at another time; nothing else of it can be changed."""
        at = moment_given(parameters(request), "scheduled_at")
        moved = move_scheduled(account_id=caller_id(request), scheduled_id=path_id(id), at=at)
        return Response(scheduled_json([moved])[0])

    def delete(self, request: Request, id: str) -> Response:
        """Never post it."""
        cancel_scheduled(account_id=caller_id(request), scheduled_id=path_id(id))
        return Response({})
