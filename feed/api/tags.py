"""Hashtags: one's own follows of them, and those on profiles."""

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from common.problems import Problem
from feed.api.parameters import parameters, path_id, text
from feed.api.views import MastodonPublicView, MastodonView, caller_id, paged, viewer_id
from feed.operations import tags
from feed.queries import tags as reads
from feed.queries.relationships import profile_of
from feed.queries.rendering.tags import featured_tag_json, tags_json


def _tag(request: Request, name: str) -> Response:
    return Response(tags_json([name], viewer_id=viewer_id(request))[0])


class TagView(MastodonPublicView):
    """GET /api/v1/tags/:name"""

    def get(self, request: Request, name: str) -> Response:
        """A tag, used or not."""
        return _tag(request, reads.checked_tag(name))


class FollowTagView(MastodonView):
    """POST /api/v1/tags/:name/follow"""

    scopes = {"POST": "write:follows"}

    def post(self, request: Request, name: str) -> Response:
        """Have what carries the tag in one's home."""
        return _tag(request, tags.follow_tag(account_id=caller_id(request), name=name))


class UnfollowTagView(MastodonView):
    """POST /api/v1/tags/:name/unfollow"""

    scopes = {"POST": "write:follows"}

    def post(self, request: Request, name: str) -> Response:
        """And no longer."""
        return _tag(request, tags.unfollow_tag(account_id=caller_id(request), name=name))


class FeatureTagView(MastodonView):
    """POST /api/v1/tags/:name/feature"""

    scopes = {"POST": "write:accounts"}

    def post(self, request: Request, name: str) -> Response:
        """Show it on one's profile; shown already, it stays."""
        tag = reads.checked_tag(name)
        try:
            tags.feature_tag(account_id=caller_id(request), name=tag)
        except Problem as problem:
            if problem.code != "taken":
                raise
        return _tag(request, tag)


class UnfeatureTagView(MastodonView):
    """POST /api/v1/tags/:name/unfeature"""

    scopes = {"POST": "write:accounts"}

    def post(self, request: Request, name: str) -> Response:
        """And no longer."""
        return _tag(request, tags.unfeature_tag(account_id=caller_id(request), name=name))


class FollowedTagsView(MastodonView):
    """GET /api/v1/followed_tags"""

    scopes = {"GET": "read:follows"}

    def get(self, request: Request) -> Response:
        """The tags that one follows."""
        page = Page.of(parameters(request), default=100, most=200)
        rows = reads.followed_tags(account_id=caller_id(request), page=page)
        body = tags_json([row.name for row in rows], viewer_id=caller_id(request))
        return paged(request, page, [row.pk for row in rows], body)


class FeaturedTagsView(MastodonView):
    """GET and POST /api/v1/featured_tags"""

    scopes = {"GET": "read:accounts", "POST": "write:accounts"}

    def get(self, request: Request) -> Response:
        """The tags on one's own profile."""
        username = profile_of(caller_id(request)).account.username
        return Response([featured_tag_json(one, username=username) for one in reads.featured_tags(caller_id(request))])

    def post(self, request: Request) -> Response:
        """Show one more."""
        made = tags.feature_tag(account_id=caller_id(request), name=text(parameters(request), "name"))
        username = profile_of(caller_id(request)).account.username
        return Response(featured_tag_json(reads.featured_tag(made), username=username))


class FeaturedTagView(MastodonView):
    """DELETE /api/v1/featured_tags/:id"""

    scopes = {"DELETE": "write:accounts"}

    def delete(self, request: Request, id: str) -> Response:
        """Show it no longer."""
        tags.remove_featured_tag(account_id=caller_id(request), featured_id=path_id(id))
        return Response({})


class SuggestedTagsView(MastodonView):
    """GET /api/v1/featured_tags/suggestions"""

    scopes = {"GET": "read:accounts"}

    def get(self, request: Request) -> Response:
        """Those that one uses most."""
        return Response(tags_json(reads.tags_to_feature(caller_id(request)), viewer_id=caller_id(request)))


class AccountFeaturedTagsView(MastodonPublicView):
    """GET /api/v1/accounts/:id/featured_tags"""

    def get(self, request: Request, id: str) -> Response:
        """The tags on somebody's profile."""
        profile = profile_of(path_id(id))
        username = profile.account.username
        return Response([featured_tag_json(one, username=username) for one in reads.featured_tags(profile.pk)])
