"""Read polls and vote in them."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from feed.api.parameters import identifiers, parameters, path_id
from feed.api.views import MastodonPublicView, MastodonView, caller_id, viewer_id
from feed.models import Poll
from feed.operations.polls import vote
from feed.queries.polls import own_votes, poll_for
from feed.queries.rendering.polls import poll_json


class PollView(MastodonPublicView):
    """GET /api/v1/polls/:id"""

    def get(self, request: Request, id: str) -> Response:
        """A poll as the viewer sees it."""
        viewer = viewer_id(request)
        return Response(_shown(poll_for(poll_id=path_id(id), viewer_id=viewer), viewer))


class VotesView(MastodonView):
    """POST /api/v1/polls/:id/votes"""

    scopes = {"POST": "write:statuses"}

    def post(self, request: Request, id: str) -> Response:
        """Vote: `choices[]` are places in the options, from 0."""
        account_id = caller_id(request)
        choices = identifiers(parameters(request), "choices")
        return Response(_shown(vote(account_id=account_id, poll_id=path_id(id), choices=choices), account_id))


def _shown(poll: Poll, viewer: int | None) -> dict[str, Any]:
    body = poll_json(poll)
    if viewer is None:
        return body
    votes = own_votes(poll_id=poll.pk, account_id=viewer)
    return {**body, "voted": bool(votes) or poll.status.account_id == viewer, "own_votes": votes}
