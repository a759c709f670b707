"""Who quotes a status, and what its author says to that."""

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from feed.api.parameters import parameters, path_id, text
from feed.api.views import MastodonPublicView, MastodonView, caller_id, paged, viewer_id
from feed.operations.quotes import revoke_quote, set_quote_policy
from feed.queries.quotes import quotes_of
from feed.queries.rendering.statuses import status_json, statuses_json
from feed.queries.statuses import status_for


class QuotesView(MastodonPublicView):
    """GET /api/v1/statuses/:id/quotes"""

    scopes = {"GET": "read:statuses"}

    def get(self, request: Request, id: str) -> Response:
        """Statuses that quote it."""
        viewer, page = viewer_id(request), Page.of(parameters(request))
        statuses = quotes_of(status_id=path_id(id), viewer_id=viewer, page=page)
        return paged(request, page, [one.pk for one in statuses], statuses_json(statuses, viewer_id=viewer))


class RevokeQuoteView(MastodonView):
    """POST /api/v1/statuses/:id/quotes/:quoting/revoke"""

    scopes = {"POST": "write:statuses"}

    def post(self, request: Request, id: str, quoting: str) -> Response:
        """Take the permission back; the quoting status comes back without what it quoted."""
        revoke_quote(account_id=caller_id(request), status_id=path_id(id), quoting_id=path_id(quoting))
        return _status(request, path_id(quoting))


class InteractionPolicyView(MastodonView):
    """PUT /api/v1/statuses/:id/interaction_policy"""

    scopes = {"PUT": "write:statuses"}

    def put(self, request: Request, id: str) -> Response:
        """Say who may quote one's own status."""
        policy = text(parameters(request), "quote_approval_policy")
        set_quote_policy(account_id=caller_id(request), status_id=path_id(id), policy=policy)
        return _status(request, path_id(id))


def _status(request: Request, status_id: int) -> Response:
    caller = caller_id(request)
    return Response(status_json(status_for(status_id=status_id, viewer_id=caller), viewer_id=caller))
