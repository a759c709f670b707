"""Timelines of a hashtag and of a link."""

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from feed.api.parameters import flag, items, parameters, storable, text
from feed.api.views import MastodonPublicView, paged, viewer_id
from feed.queries.hashtags import is_tag, normal_tag
from feed.queries.rendering.statuses import statuses_json
from feed.queries.topics import MOST_OF_EACH, TagChoice, link_timeline, tag_timeline


class TagTimelineView(MastodonPublicView):
    """GET /api/v1/timelines/tag/:name"""

    def get(self, request: Request, name: str) -> Response:
        """Public statuses with the tag. There is no other server, so `remote` is empty."""
        given = parameters(request)
        page = Page.of(given)
        tag = normal_tag(storable(name, "hashtag"))
        if flag(given, "remote") or not is_tag(tag):
            return Response([])
        more = {part: [normal_tag(one) for one in items(given, part)[:MOST_OF_EACH]] for part in ("any", "all", "none")}
        statuses = tag_timeline(
            TagChoice([tag, *more["any"]], more["all"], more["none"]),
            viewer_id=viewer_id(request),
            page=page,
            with_media=bool(flag(given, "only_media")),
        )
        body = statuses_json(statuses, viewer_id=viewer_id(request))
        keep = ("local", "only_media", "any[]", "all[]", "none[]")
        return paged(request, page, [one.pk for one in statuses], body, keep=keep)


class LinkTimelineView(MastodonPublicView):
    """GET /api/v1/timelines/link?url="""

    def get(self, request: Request) -> Response:
        """Public statuses that share a link which trends."""
        given = parameters(request)
        page = Page.of(given)
        statuses = link_timeline(text(given, "url"), viewer_id=viewer_id(request), page=page)
        body = statuses_json(statuses, viewer_id=viewer_id(request))
        return paged(request, page, [one.pk for one in statuses], body, keep=("url",))
