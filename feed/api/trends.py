"""What trends: hashtags, statuses, links."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from common.problems import Problem
from feed.api.parameters import number, parameters
from feed.api.views import MastodonPublicView, viewer_id
from feed.queries.rendering.cards import card_json
from feed.queries.rendering.statuses import statuses_json
from feed.queries.rendering.tags import history_json, tags_json
from feed.queries.tags import card_histories
from feed.queries.trends import trending_cards, trending_statuses, trending_tags

FURTHEST = 1000


class TrendingTagsView(MastodonPublicView):
    """GET /api/v1/trends/tags, and /api/v1/trends as it was once called"""

    def get(self, request: Request) -> Response:
        """Tags that more people use than the day before."""
        limit, offset = _window(request, default=10, most=20)
        names = trending_tags(limit=limit, offset=offset)
        return _paged(request, tags_json(names, viewer_id=viewer_id(request)), limit, offset)


class TrendingStatusesView(MastodonPublicView):
    """GET /api/v1/trends/statuses"""

    def get(self, request: Request) -> Response:
        """Statuses that many reblog and favourite."""
        limit, offset = _window(request, default=20, most=40)
        statuses = trending_statuses(viewer_id=viewer_id(request), limit=limit, offset=offset)
        return _paged(request, statuses_json(statuses, viewer_id=viewer_id(request)), limit, offset)


class TrendingLinksView(MastodonPublicView):
    """GET /api/v1/trends/links"""

    def get(self, request: Request) -> Response:
        """Links that more people share than the day before."""
        limit, offset = _window(request, default=10, most=20)
        cards = trending_cards(limit=limit, offset=offset)
        histories = card_histories([card.pk for card in cards])
        bodies = [(card_json(card), histories[card.pk]) for card in cards]
        shown = [{**body, "history": history_json(days)} for body, days in bodies if body is not None]
        return _paged(request, shown, limit, offset)


def _window(request: Request, *, default: int, most: int) -> tuple[int, int]:
    given = parameters(request)
    offset = number(given, "offset") or 0
    if not 0 <= offset <= FURTHEST:
        raise Problem(f"offset is a number from 0 to {FURTHEST}.", field="offset", limit=FURTHEST)
    return Page.of(given, default=default, most=most).limit, offset


def _paged(request: Request, body: Sequence[Any], limit: int, offset: int) -> Response:
    """A list with a `Link` header of offsets."""
    response = Response(body)
    at, links = f"{settings.PUBLIC_URL}{request.path}", []
    if len(body) == limit:
        links.append(f'<{at}?{urlencode({"limit": limit, "offset": offset + limit})}>; rel="next"')
    if offset > 0:
        links.append(f'<{at}?{urlencode({"limit": limit, "offset": max(0, offset - limit)})}>; rel="prev"')
    if links:
        response["Link"] = ", ".join(links)
    return response
