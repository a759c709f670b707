"""Finding people: search, the directory, suggestions."""

import re
from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import LARGEST_ID, Page
from common.problems import Problem
from feed.api.parameters import flag, number, parameters, text
from feed.api.views import MastodonPublicView, MastodonView, caller_id, viewer_id
from feed.operations.suggestions import dismiss_suggestion
from feed.queries.finding import directory, suggestions
from feed.queries.rendering.accounts import profiles_json
from feed.queries.search.accounts import search_accounts

MOST_SKIPPED = 10_000
DOMAIN = re.compile(r"[^\s/@]{1,253}")
# Mastodon's older word for why somebody is suggested, which clients before 4.3 read.
OLD_SOURCES = {"friends_of_friends": "past_interactions", "most_followed": "global"}


class AccountSearchView(MastodonView):
    """GET /api/v1/accounts/search"""

    scopes = {"GET": "read:accounts"}

    def get(self, request: Request) -> Response:
        """Accounts by name; `resolve` asks other servers, of which there are none."""
        given = parameters(request)
        profiles = search_accounts(
            text=text(given, "q"),
            limit=Page.of({"limit": given.get("limit")}, default=40, most=80).limit,
            offset=_offset(given),
            viewer_id=caller_id(request),
            following=bool(flag(given, "following")),
        )
        return Response(profiles_json(profiles))


class DirectoryView(MastodonPublicView):
    """GET /api/v1/directory"""

    def get(self, request: Request) -> Response:
        """Accounts that want to be found; `local` changes nothing, for all are."""
        given = parameters(request)
        profiles = directory(
            viewer_id=viewer_id(request),
            order_new=text(given, "order") == "new",
            limit=Page.of({"limit": given.get("limit")}, default=40, most=80).limit,
            offset=_offset(given),
        )
        return Response(profiles_json(profiles))


class SuggestionsView(MastodonView):
    """GET /api/v2/suggestions"""

    scopes = {"GET": "read:accounts"}

    def get(self, request: Request) -> Response:
        """Whom the caller might follow, and why."""
        found = _suggested(request)
        bodies = profiles_json([profile for _, profile in found])
        return Response(
            [
                {"source": OLD_SOURCES[source], "sources": [source], "account": body}
                for (source, _), body in zip(found, bodies, strict=True)
            ]
        )


class OldSuggestionsView(MastodonView):
    """GET /api/v1/suggestions"""

    scopes = {"GET": "read:accounts"}

    def get(self, request: Request) -> Response:
        """The accounts alone."""
        return Response(profiles_json([profile for _, profile in _suggested(request)]))


class SuggestionView(MastodonView):
    """DELETE /api/v1/suggestions/:account_id"""

    scopes = {"DELETE": "write:accounts"}

    def delete(self, request: Request, id: str) -> Response:
        """Suggest it no more."""
        if len(id) <= 19 and int(id) <= LARGEST_ID:
            dismiss_suggestion(account_id=caller_id(request), target_id=int(id))
        return Response({})


class DomainBlocksView(MastodonView):
    """GET, POST and DELETE /api/v1/domain_blocks"""

    scopes = {"GET": "read:blocks", "POST": "write:blocks", "DELETE": "write:blocks"}

    def get(self, request: Request) -> Response:
        """None: there is no other server whose people could be blocked together."""
        return Response([])

    def post(self, request: Request) -> Response:
        """Nothing to do, and nothing that a client need know of."""
        _require_domain(parameters(request))
        return Response({})

    delete = post


class DomainBlockPreviewView(MastodonView):
    """GET /api/v1/domain_blocks/preview"""

    scopes = {"GET": "read:blocks"}

    def get(self, request: Request) -> Response:
        """What a block would end: nothing."""
        _require_domain(parameters(request))
        return Response({"following_count": 0, "followers_count": 0})


def _suggested(request: Request) -> list[tuple[str, Any]]:
    page = Page.of({"limit": parameters(request).get("limit")}, default=40, most=80)
    return list(suggestions(account_id=caller_id(request), limit=page.limit))


def _offset(given: Mapping[str, Any]) -> int:
    offset = number(given, "offset") or 0
    if not 0 <= offset <= MOST_SKIPPED:
        raise Problem(f"offset is a number from 0 to {MOST_SKIPPED}.", field="offset", limit=MOST_SKIPPED)
    return offset


def _require_domain(given: Mapping[str, Any]) -> None:
    domain = text(given, "domain")
    if not domain.strip():
        raise Problem("Validation failed: Domain can't be blank", field="domain")
    if not DOMAIN.fullmatch(domain):
        raise Problem("Validation failed: Domain is not a valid domain name", field="domain")
