"""Search."""

import re
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import HasScope
from common.pagination import Page
from common.problems import NotFound, Problem
from feed.api.parameters import flag, identifier, number, parameters, text
from feed.api.views import MastodonView, viewer_id
from feed.models import Profile, Status
from feed.queries.hashtags import normal_tag
from feed.queries.relationships import profile_named
from feed.queries.rendering.accounts import profiles_json
from feed.queries.rendering.statuses import statuses_json
from feed.queries.rendering.tags import tags_json
from feed.queries.search.accounts import search_accounts
from feed.queries.search.statuses import search_statuses
from feed.queries.search.words import LONGEST_QUERY
from feed.queries.statuses import status_for
from feed.queries.tags import search_tags

KINDS = ("accounts", "statuses", "hashtags")
FURTHEST = 10_000
ADDRESS = re.compile(r"/@(?P<name>[A-Za-z0-9_]{1,30})(?:/(?P<status>[0-9]{1,19}))?/?")


class ScopedIfSignedIn(HasScope):
    """Anybody without a token; a token must cover the scopes."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.auth is None or super().has_permission(request, view)


class SearchView(MastodonView):
    """GET /api/v2/search"""

    scopes = {"GET": "read:search"}
    permission_classes: Any = [ScopedIfSignedIn]

    def get(self, request: Request) -> Response:
        """Accounts, statuses that the caller may see, and hashtags; or what an address of ours names."""
        given = parameters(request)
        viewer, page = viewer_id(request), Page.of(given)
        query = text(given, "q").strip()[:LONGEST_QUERY]
        kind = text(given, "type")
        # As in Mastodon, pages are of one kind.
        offset = (number(given, "offset") or 0) if kind else 0
        if not 0 <= offset <= FURTHEST:
            raise Problem(f"offset is a number from 0 to {FURTHEST}.", field="offset", limit=FURTHEST)
        resolve = bool(flag(given, "resolve"))
        if viewer is None and (offset or resolve):
            what = "Search queries pagination is" if offset else "Search queries that resolve remote resources are"
            raise Problem(f"{what} not supported without authentication", status=401)
        named = _named(query, viewer, kind) if resolve and query.startswith(f"{settings.PUBLIC_URL}/") else None
        if named is not None:
            return self._answer(request, *named)
        chosen = {one for one in KINDS if kind in ("", one)} if query else set()
        profiles: list[Profile] = []
        statuses: list[Status] = []
        hashtags: list[str] = []
        if "accounts" in chosen and not query.startswith("#") and not ("@" in query and " " in query):
            profiles = search_accounts(
                text=query,
                limit=page.limit,
                offset=offset,
                viewer_id=viewer,
                following=bool(flag(given, "following")) and viewer is not None,
            )
        author = given.get("account_id")
        if "statuses" in chosen and viewer is not None and (" " in query or query[0] not in "#@"):
            statuses = search_statuses(
                query=query,
                viewer_id=viewer,
                limit=page.limit,
                offset=offset,
                account_id=identifier(author, "account_id") if author not in (None, "") else None,
                min_id=page.min_id,
                max_id=page.max_id,
            )
        if "hashtags" in chosen and "@" not in query and normal_tag(query):
            hashtags = search_tags(beginning=query, limit=page.limit, offset=offset)
        return self._answer(request, profiles, statuses, hashtags)

    def _answer(
        self, request: Request, profiles: list[Profile], statuses: list[Status], hashtags: list[str]
    ) -> Response:
        return Response(
            {
                "accounts": profiles_json(profiles),
                "statuses": statuses_json(statuses, viewer_id=viewer_id(request)),
                "hashtags": self._hashtags_json(hashtags, viewer_id(request)),
            }
        )

    def _hashtags_json(self, names: list[str], viewer: int | None) -> list[Any]:
        return list(tags_json(names, viewer_id=viewer))


class OldSearchView(SearchView):
    """GET /api/v1/search"""

    def _hashtags_json(self, names: list[str], viewer: int | None) -> list[Any]:
        return list(names)


def _named(query: str, viewer: int | None, kind: str) -> tuple[list[Profile], list[Status], list[str]] | None:
    """The account or the status at an address of this server; None for any other address."""
    match = ADDRESS.fullmatch(query.removeprefix(settings.PUBLIC_URL))
    if match is None:
        return None
    try:
        if match["status"] is None:
            return ([profile_named(match["name"])] if kind in ("", "accounts") else []), [], []
        found = status_for(status_id=identifier(match["status"], "q"), viewer_id=viewer)
        return [], [found] if kind in ("", "statuses") else [], []
    except NotFound:
        return [], [], []
