"""What the Mastodon-shaped views share."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import HasScope
from common.pagination import Page
from common.problems import Problem
from common.views import View


class MastodonView(View):
    """Somebody signed in, with a token whose scopes cover the view's."""

    speaks_mastodon = True

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> Any:
        """Mastodon's sentence for a token that belongs to an application and to no account."""
        if request.auth is not None and not request.user.is_authenticated:
            raise Problem("This method requires an authenticated user")
        super().permission_denied(request, message, code)


class MastodonPublicView(MastodonView):
    """Anybody; a token, where one is given, tells who."""

    permission_classes: Any = [AllowAny]


class ApplicationView(MastodonView):
    """Any token, an application's own too, that covers the view's scopes."""

    permission_classes: Any = [HasScope]


def viewer_id(request: Request) -> int | None:
    """The account that calls, or None."""
    return request.user.pk if request.user.is_authenticated else None


def caller_id(request: Request) -> int:
    """The account that calls, in a view that only those who are signed in reach."""
    assert request.user.pk is not None  # noqa: S101 (the permission has seen to it)
    return int(request.user.pk)


def paged(request: Request, page: Page, ids: Sequence[int], body: Any, *, keep: Sequence[str] = ()) -> Response:
    """A list with Mastodon's `Link` header; `keep` names the parameters that the next page needs too."""
    kept = {name: request.query_params.getlist(name) for name in keep if name in request.query_params}
    response = Response(body)
    if link := page.link_header(f"{settings.PUBLIC_URL}{request.path}", ids, more=kept):
        response["Link"] = link
    return response
