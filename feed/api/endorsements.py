"""Accounts that an account shows on its profile. Mastodon's older clients call it pinning them."""

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from common.problems import NotFound
from feed.api.parameters import parameters, path_id
from feed.api.views import MastodonPublicView, MastodonView, caller_id, paged
from feed.operations.endorsements import end_endorsement, endorse
from feed.queries.endorsements import endorsed_by
from feed.queries.relationships import profile_of, relationships
from feed.queries.rendering.accounts import profiles_json, relationship_json


class EndorsementsView(MastodonView):
    """GET /api/v1/endorsements"""

    scopes = {"GET": "read:accounts"}

    def get(self, request: Request) -> Response:
        """Whom the caller shows."""
        return _page(request, caller_id(request))


class EndorsementsOfView(MastodonPublicView):
    """GET /api/v1/accounts/:id/endorsements"""

    def get(self, request: Request, id: str) -> Response:
        """Whom somebody shows."""
        return _page(request, profile_of(path_id(id)).pk)


class EndorseView(MastodonView):
    """POST /api/v1/accounts/:id/endorse, /unendorse, and /pin, /unpin, their older names"""

    scopes = {"POST": "write:accounts"}

    def post(self, request: Request, id: str, act: str) -> Response:
        """Show somebody, or no longer."""
        change = end_endorsement if act.startswith("un") else endorse
        change(source_id=caller_id(request), target_id=path_id(id))
        found = relationships(source_id=caller_id(request), target_ids=[path_id(id)])
        if not found:
            raise NotFound("Record not found")
        return Response(relationship_json(found[0]))


def _page(request: Request, account_id: int) -> Response:
    page = Page.of(parameters(request), default=40, most=80)
    profiles, ids = endorsed_by(account_id=account_id, page=page)
    return paged(request, page, ids, profiles_json(profiles))
