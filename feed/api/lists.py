"""Lists, who is on them, and their timelines."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from feed.api.parameters import flag, identifiers, parameters, path_id, text
from feed.api.views import MastodonView, caller_id, paged
from feed.operations import lists
from feed.queries import lists as reads
from feed.queries.rendering.accounts import profiles_json
from feed.queries.rendering.lists import list_json
from feed.queries.rendering.statuses import statuses_json

SCOPES = {"GET": "read:lists", "*": "write:lists"}


class ListsView(MastodonView):
    """GET and POST /api/v1/lists"""

    scopes = SCOPES

    def get(self, request: Request) -> Response:
        """One's lists."""
        return Response([list_json(one) for one in reads.lists_of(caller_id(request))])

    def post(self, request: Request) -> Response:
        """Make one."""
        values = _values(parameters(request))
        return Response(list_json(lists.create_list(account_id=caller_id(request), **{"title": "", **values})))


class ListView(MastodonView):
    """GET, PUT and DELETE /api/v1/lists/:id"""

    scopes = SCOPES

    def get(self, request: Request, id: str) -> Response:
        """One list."""
        return Response(list_json(reads.list_of(account_id=caller_id(request), list_id=path_id(id))))

    def put(self, request: Request, id: str) -> Response:
        """Change what is given."""
        values = _values(parameters(request))
        return Response(list_json(lists.update_list(account_id=caller_id(request), list_id=path_id(id), **values)))

    patch = put

    def delete(self, request: Request, id: str) -> Response:
        """Delete it."""
        lists.delete_list(account_id=caller_id(request), list_id=path_id(id))
        return Response({})


class ListAccountsView(MastodonView):
    """GET, POST and DELETE /api/v1/lists/:id/accounts"""

    scopes = SCOPES

    def get(self, request: Request, id: str) -> Response:
        """Who is on it; `limit=0` asks for all."""
        found = reads.list_of(account_id=caller_id(request), list_id=path_id(id))
        given = parameters(request)
        if str(given.get("limit")) == "0":
            return Response(profiles_json(reads.members_of(list_id=found.pk, page=None)[0]))
        page = Page.of(given, default=40, most=80)
        profiles, ids = reads.members_of(list_id=found.pk, page=page)
        return paged(request, page, ids, profiles_json(profiles))

    def post(self, request: Request, id: str) -> Response:
        """Put accounts on it."""
        wanted = identifiers(parameters(request), "account_ids")
        lists.add_members(account_id=caller_id(request), list_id=path_id(id), member_ids=wanted)
        return Response({})

    def delete(self, request: Request, id: str) -> Response:
        """Take accounts off it."""
        wanted = identifiers(parameters(request), "account_ids")
        lists.remove_members(account_id=caller_id(request), list_id=path_id(id), member_ids=wanted)
        return Response({})


class AccountListsView(MastodonView):
    """GET /api/v1/accounts/:id/lists"""

    scopes = {"GET": "read:lists"}

    def get(self, request: Request, id: str) -> Response:
        """One's own lists that an account is on."""
        found = reads.lists_with(account_id=caller_id(request), member_id=path_id(id))
        return Response([list_json(one) for one in found])


class ListTimelineView(MastodonView):
    """GET /api/v1/timelines/list/:id"""

    scopes = {"GET": "read:lists"}

    def get(self, request: Request, id: str) -> Response:
        """What the members post."""
        page = Page.of(parameters(request))
        found = reads.list_of(account_id=caller_id(request), list_id=path_id(id))
        statuses = reads.list_timeline(found, page)
        body = statuses_json(statuses, viewer_id=caller_id(request))
        return paged(request, page, [one.pk for one in statuses], body)


def _values(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("title", "replies_policy"):
        if given.get(name) is not None:
            found[name] = text(given, name)
    exclusive = flag(given, "exclusive")
    return found if exclusive is None else {**found, "exclusive": exclusive}
