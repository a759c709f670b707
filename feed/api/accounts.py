"""Accounts: one's own, others', and how they stand to each other."""

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from common.problems import NotFound
from feed.api.parameters import flag, identifiers, parameters, path_id, text
from feed.api.views import MastodonPublicView, MastodonView, paged, viewer_id
from feed.models.tags import LONGEST_TAG
from feed.queries import relationships as reads
from feed.queries.account_lists import followers_of, following_of, in_order
from feed.queries.account_statuses import Wanted, statuses_of
from feed.queries.hosts import is_own_host
from feed.queries.rendering.accounts import profiles_json
from feed.queries.rendering.statuses import statuses_json

NARROWING = ("pinned", "only_media", "exclude_replies", "exclude_reblogs", "exclude_direct")


class LookupView(MastodonPublicView):
    """GET /api/v1/accounts/lookup?acct="""

    def get(self, request: Request) -> Response:
        """An account by its name, with or without our host name."""
        name, _, host = text(request.query_params, "acct").lstrip("@").partition("@")
        if not name or "\0" in name or (host and not is_own_host(host)):
            raise NotFound("Record not found")
        return Response(profiles_json([reads.profile_named(name)])[0])


class SeveralAccountsView(MastodonPublicView):
    """GET /api/v1/accounts?id[]="""

    def get(self, request: Request) -> Response:
        """Those that there are, in the order asked."""
        return Response(profiles_json(in_order(dict.fromkeys(identifiers(parameters(request), "id")))))


class IdentityProofsView(MastodonView):
    """GET /api/v1/accounts/:id/identity_proofs, which Mastodon keeps for old clients"""

    scopes = {"GET": "read:accounts"}

    def get(self, request: Request, id: str) -> Response:
        """None: the `humankind` object of an account says what was shown of its person."""
        reads.profile_of(path_id(id))
        return Response([])


class AccountView(MastodonPublicView):
    """GET /api/v1/accounts/:id"""

    def get(self, request: Request, id: str) -> Response:
        """One account."""
        return Response(profiles_json([reads.profile_of(path_id(id))])[0])


class AccountStatusesView(MastodonPublicView):
    """GET /api/v1/accounts/:id/statuses"""

    def get(self, request: Request, id: str) -> Response:
        """An account's statuses, as far as the caller may see them."""
        account_id = path_id(id)
        given = parameters(request)
        reads.profile_of(account_id)
        viewer, page = viewer_id(request), Page.of(given)
        wanted = Wanted(
            tagged=text(given, "tagged")[:LONGEST_TAG].replace("\0", ""),
            **{name: bool(flag(given, name)) for name in NARROWING},
        )
        statuses = statuses_of(account_id=account_id, viewer_id=viewer, page=page, wanted=wanted)
        keep = (*NARROWING, "tagged")
        return paged(request, page, [one.pk for one in statuses], statuses_json(statuses, viewer_id=viewer), keep=keep)


class FollowersView(MastodonPublicView):
    """GET /api/v1/accounts/:id/followers"""

    def get(self, request: Request, id: str) -> Response:
        """Who follows."""
        page = Page.of(parameters(request), default=40, most=80)
        profile = reads.profile_of(path_id(id))
        profiles, ids = followers_of(profile=profile, viewer_id=viewer_id(request), page=page)
        return paged(request, page, ids, profiles_json(profiles))


class FollowingView(MastodonPublicView):
    """GET /api/v1/accounts/:id/following"""

    def get(self, request: Request, id: str) -> Response:
        """Who is followed."""
        page = Page.of(parameters(request), default=40, most=80)
        profile = reads.profile_of(path_id(id))
        profiles, ids = following_of(profile=profile, viewer_id=viewer_id(request), page=page)
        return paged(request, page, ids, profiles_json(profiles))
