"""What one does with a status, and who did: favourite, bookmark, reblog, pin, mute its thread."""

from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from feed.api.parameters import parameters, path_id, text
from feed.api.views import MastodonPublicView, MastodonView, caller_id, paged, viewer_id
from feed.api.wishes import application_of
from feed.operations.bookmarks import bookmark, unbookmark
from feed.operations.favourites import favourite, unfavourite
from feed.operations.pins import pin, unpin
from feed.operations.reblogs import reblog, unreblog
from feed.operations.thread_mutes import mute_thread, unmute_thread
from feed.queries.interactions import bookmarks_of, favourited_by, favourites_of, reblogged_by
from feed.queries.rendering.accounts import profiles_json
from feed.queries.rendering.statuses import status_json, statuses_json
from feed.queries.statuses import original_id, status_for

Act = Callable[..., None]


class _ActView(MastodonView):
    """One act on one status; the status as it then is comes back."""

    acts: ClassVar[dict[str, Act]]

    def post(self, request: Request, id: str, act: str) -> Response:
        """Do it; done twice, it changes nothing."""
        self.acts[act](account_id=caller_id(request), status_id=path_id(id))
        return _status(request, path_id(id))


class FavouriteView(_ActView):
    """POST /api/v1/statuses/:id/favourite and /unfavourite"""

    scopes = {"POST": "write:favourites"}
    acts = {"favourite": favourite, "unfavourite": unfavourite}


class BookmarkView(_ActView):
    """POST /api/v1/statuses/:id/bookmark and /unbookmark"""

    scopes = {"POST": "write:bookmarks"}
    acts = {"bookmark": bookmark, "unbookmark": unbookmark}


class PinView(_ActView):
    """POST /api/v1/statuses/:id/pin and /unpin"""

    scopes = {"POST": "write:accounts"}
    acts = {"pin": pin, "unpin": unpin}


class MuteThreadView(_ActView):
    """POST /api/v1/statuses/:id/mute and /unmute"""

    scopes = {"POST": "write:mutes"}
    acts = {"mute": mute_thread, "unmute": unmute_thread}


class ReblogView(MastodonView):
    """POST /api/v1/statuses/:id/reblog"""

    scopes = {"POST": "write:statuses"}

    def post(self, request: Request, id: str) -> Response:
        """Show it to one's followers; the reblog comes back, with the status inside."""
        made = reblog(
            account_id=caller_id(request),
            status_id=path_id(id),
            visibility=text(parameters(request), "visibility"),
            application_id=application_of(request),
        )
        return _status(request, made.pk)


class UnreblogView(MastodonView):
    """POST /api/v1/statuses/:id/unreblog"""

    scopes = {"POST": "write:statuses"}

    def post(self, request: Request, id: str) -> Response:
        """Take it back; what it showed comes back."""
        shown = original_id(path_id(id))
        unreblog(account_id=caller_id(request), status_id=shown)
        return _status(request, shown)


class FavouritedByView(MastodonPublicView):
    """GET /api/v1/statuses/:id/favourited_by"""

    scopes = {"GET": "read:accounts"}

    def get(self, request: Request, id: str) -> Response:
        """Who likes it."""
        page = Page.of(parameters(request), default=40, most=80)
        profiles, ids = favourited_by(status_id=path_id(id), viewer_id=viewer_id(request), page=page)
        return paged(request, page, ids, profiles_json(profiles))


class RebloggedByView(MastodonPublicView):
    """GET /api/v1/statuses/:id/reblogged_by"""

    scopes = {"GET": "read:accounts"}

    def get(self, request: Request, id: str) -> Response:
        """Who reblogged it."""
        page = Page.of(parameters(request), default=40, most=80)
        profiles, ids = reblogged_by(status_id=path_id(id), viewer_id=viewer_id(request), page=page)
        return paged(request, page, ids, profiles_json(profiles))


class FavouritesView(MastodonView):
    """GET /api/v1/favourites"""

    scopes = {"GET": "read:favourites"}

    def get(self, request: Request) -> Response:
        """What the caller likes."""
        page = Page.of(parameters(request))
        statuses, ids = favourites_of(account_id=caller_id(request), page=page)
        return paged(request, page, ids, statuses_json(statuses, viewer_id=caller_id(request)))


class BookmarksView(MastodonView):
    """GET /api/v1/bookmarks"""

    scopes = {"GET": "read:bookmarks"}

    def get(self, request: Request) -> Response:
        """What the caller has kept."""
        page = Page.of(parameters(request))
        statuses, ids = bookmarks_of(account_id=caller_id(request), page=page)
        return paged(request, page, ids, statuses_json(statuses, viewer_id=caller_id(request)))


def _status(request: Request, status_id: int) -> Response:
    caller = caller_id(request)
    body: dict[str, Any] = status_json(status_for(status_id=status_id, viewer_id=caller), viewer_id=caller)
    return Response(body)
