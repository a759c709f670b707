"""Accounts: one's own, others', and how they stand to each other."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from common.problems import NotFound
from feed.api.parameters import flag, parameters, path_id, text
from feed.api.views import MastodonPublicView, MastodonView, caller_id, paged, viewer_id
from feed.models.tags import LONGEST_TAG
from feed.operations.accounts import update_profile
from feed.queries import relationships as reads
from feed.queries.account_lists import followers_of, following_of
from feed.queries.account_statuses import Wanted, statuses_of
from feed.queries.rendering.accounts import own_account_json, profiles_json
from feed.queries.rendering.statuses import statuses_json
from identity.queries.personhood import personhood_of


def _own_json(account_id: int) -> dict[str, Any]:
    profile = reads.profile_of(account_id)
    personhood = personhood_of([account_id])[account_id]
    return own_account_json(profile, personhood, follow_requests=reads.waiting_requests(account_id))


class OwnAccountView(MastodonView):
    """GET /api/v1/accounts/verify_credentials"""

    scopes = {"GET": "profile"}

    def get(self, request: Request) -> Response:
        """Who the token belongs to."""
        return Response(_own_json(caller_id(request)))


class UpdateOwnAccountView(MastodonView):
    """PATCH /api/v1/accounts/update_credentials"""

    scopes = {"PATCH": "write:accounts"}

    def patch(self, request: Request) -> Response:
        """Change one's profile."""
        given = parameters(request)
        update_profile(
            account_id=caller_id(request),
            display_name=text(given, "display_name") if "display_name" in given else None,
            note=text(given, "note") if "note" in given else None,
            locked=flag(given, "locked"),
            declared_bot=flag(given, "bot"),
            discoverable=flag(given, "discoverable"),
        )
        return Response(_own_json(caller_id(request)))


class PreferencesView(MastodonView):
    """GET /api/v1/preferences"""

    scopes = {"GET": "read:accounts"}

    def get(self, request: Request) -> Response:
        """What every account has for now."""
        return Response(
            {
                "posting:default:visibility": "public",
                "posting:default:sensitive": False,
                "posting:default:language": None,
                "reading:expand:media": "default",
                "reading:expand:spoilers": False,
            }
        )


class LookupView(MastodonPublicView):
    """GET /api/v1/accounts/lookup?acct="""

    def get(self, request: Request) -> Response:
        """An account by its name, with or without our host name."""
        name, _, host = text(request.query_params, "acct").lstrip("@").partition("@")
        if not name or "\0" in name or (host and host.lower() != settings.HOSTNAME.lower()):
            raise NotFound("Record not found")
        return Response(profiles_json([reads.profile_named(name)])[0])


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
            **{
                name: bool(flag(given, name)) for name in ("pinned", "only_media", "exclude_replies", "exclude_reblogs")
            },
        )
        statuses = statuses_of(account_id=account_id, viewer_id=viewer, page=page, wanted=wanted)
        keep = ("pinned", "only_media", "exclude_replies", "exclude_reblogs", "tagged")
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
