"""Filters: the second version of Mastodon's API, and the first, which knows filters of one keyword."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from feed.api.parameters import flag, identifier, items, number, objects, parameters, path_id, text
from feed.api.views import MastodonView, caller_id
from feed.operations import filters
from feed.operations.filters import KeywordChange
from feed.queries import filters as reads
from feed.queries.rendering.filters import filter_json, filter_status_json, keyword_json, old_filter_json

SCOPES = {"GET": "read:filters", "*": "write:filters"}


class FiltersView(MastodonView):
    """GET and POST /api/v2/filters"""

    scopes = SCOPES

    def get(self, request: Request) -> Response:
        """One's filters, expired ones too."""
        return Response([filter_json(one) for one in reads.all_filters_of(caller_id(request))])

    def post(self, request: Request) -> Response:
        """Make a filter."""
        given = parameters(request)
        made = filters.create_filter(account_id=caller_id(request), keywords=_keywords(given), **_values(given))
        return Response(filter_json(made))


class FilterView(MastodonView):
    """GET, PUT and DELETE /api/v2/filters/:id"""

    scopes = SCOPES

    def get(self, request: Request, id: str) -> Response:
        """One filter."""
        return Response(filter_json(reads.filter_of(account_id=caller_id(request), filter_id=path_id(id))))

    def put(self, request: Request, id: str) -> Response:
        """Change what is given."""
        given = parameters(request)
        changed = filters.update_filter(
            account_id=caller_id(request), filter_id=path_id(id), keywords=_keywords(given), **_values(given)
        )
        return Response(filter_json(changed))

    patch = put

    def delete(self, request: Request, id: str) -> Response:
        """Delete it."""
        filters.delete_filter(account_id=caller_id(request), filter_id=path_id(id))
        return Response({})


class KeywordsView(MastodonView):
    """GET and POST /api/v2/filters/:id/keywords"""

    scopes = SCOPES

    def get(self, request: Request, id: str) -> Response:
        """A filter's keywords."""
        found = reads.filter_of(account_id=caller_id(request), filter_id=path_id(id))
        return Response(filter_json(found)["keywords"])

    def post(self, request: Request, id: str) -> Response:
        """Add one."""
        given = parameters(request)
        made = filters.add_keyword(
            account_id=caller_id(request),
            filter_id=path_id(id),
            keyword=text(given, "keyword"),
            whole_word=flag(given, "whole_word"),
        )
        return Response(keyword_json(made))


class KeywordView(MastodonView):
    """GET, PUT and DELETE /api/v2/filters/keywords/:id"""

    scopes = SCOPES

    def get(self, request: Request, id: str) -> Response:
        """One keyword."""
        return Response(keyword_json(reads.keyword_of(account_id=caller_id(request), keyword_id=path_id(id))))

    def put(self, request: Request, id: str) -> Response:
        """Change it."""
        given = parameters(request)
        changed = filters.update_keyword(
            account_id=caller_id(request),
            keyword_id=path_id(id),
            keyword=text(given, "keyword") if "keyword" in given else None,
            whole_word=flag(given, "whole_word"),
        )
        return Response(keyword_json(changed))

    patch = put

    def delete(self, request: Request, id: str) -> Response:
        """Delete it."""
        filters.delete_keyword(account_id=caller_id(request), keyword_id=path_id(id))
        return Response({})


class FilterStatusesView(MastodonView):
    """GET and POST /api/v2/filters/:id/statuses"""

    scopes = SCOPES

    def get(self, request: Request, id: str) -> Response:
        """The statuses that a filter names."""
        found = reads.filter_of(account_id=caller_id(request), filter_id=path_id(id))
        return Response(filter_json(found)["statuses"])

    def post(self, request: Request, id: str) -> Response:
        """Add one."""
        status_id = identifier(parameters(request).get("status_id"), "status_id")
        made = filters.add_status(account_id=caller_id(request), filter_id=path_id(id), status_id=status_id)
        return Response(filter_status_json(made))


class FilterStatusView(MastodonView):
    """GET and DELETE /api/v2/filters/statuses/:id"""

    scopes = SCOPES

    def get(self, request: Request, id: str) -> Response:
        """One of them."""
        found = reads.filter_status_of(account_id=caller_id(request), entry_id=path_id(id))
        return Response(filter_status_json(found))

    def delete(self, request: Request, id: str) -> Response:
        """Have the filter name it no longer."""
        removed = filters.remove_status(account_id=caller_id(request), entry_id=path_id(id))
        return Response(filter_status_json(removed))


class OldFiltersView(MastodonView):
    """GET and POST /api/v1/filters"""

    scopes = SCOPES

    def get(self, request: Request) -> Response:
        """Each keyword as a filter of its own."""
        return Response([old_filter_json(one) for one in reads.keywords_of(caller_id(request))])

    def post(self, request: Request) -> Response:
        """Make a filter of one keyword."""
        given = parameters(request)
        made = filters.create_old_filter(
            account_id=caller_id(request),
            phrase=text(given, "phrase"),
            whole_word=flag(given, "whole_word"),
            **_old_values(given),
        )
        return Response(old_filter_json(made))


class OldFilterView(MastodonView):
    """GET, PUT and DELETE /api/v1/filters/:id"""

    scopes = SCOPES

    def get(self, request: Request, id: str) -> Response:
        """One keyword."""
        return Response(old_filter_json(reads.keyword_of(account_id=caller_id(request), keyword_id=path_id(id))))

    def put(self, request: Request, id: str) -> Response:
        """Change it, and the filter that it is alone in."""
        given = parameters(request)
        changed = filters.update_old_filter(
            account_id=caller_id(request),
            keyword_id=path_id(id),
            phrase=text(given, "phrase") if "phrase" in given else None,
            whole_word=flag(given, "whole_word"),
            **_old_values(given),
        )
        return Response(old_filter_json(changed))

    patch = put

    def delete(self, request: Request, id: str) -> Response:
        """Delete the keyword."""
        filters.delete_keyword(account_id=caller_id(request), keyword_id=path_id(id))
        return Response({})


def _values(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "title" in given:
        found["title"] = text(given, "title")
    if given.get("filter_action") not in (None, ""):
        # Documentation and code of Mastodon name the third action differently.
        found["action"] = text(given, "filter_action").removesuffix("_media")
    return found | _shared_values(given)


def _old_values(given: dict[str, Any]) -> dict[str, Any]:
    irreversible = flag(given, "irreversible")
    found = {} if irreversible is None else {"action": "hide" if irreversible else "warn"}
    return found | _shared_values(given)


def _shared_values(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "context" in given:
        found["contexts"] = items(given, "context")
    if "expires_in" in given:
        found["expires_in"] = number(given, "expires_in")
    return found


def _keywords(given: dict[str, Any]) -> list[KeywordChange]:
    return [
        KeywordChange(
            keyword=text(one, "keyword") if "keyword" in one else None,
            whole_word=flag(one, "whole_word"),
            id=identifier(one["id"], "keywords_attributes[id]") if one.get("id") not in (None, "") else None,
            remove=bool(flag(one, "_destroy")),
        )
        for one in objects(given, "keywords_attributes")
    ]
