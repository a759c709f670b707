"""Notifications, one by one (v1) and in groups (v2)."""

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from common.problems import Problem
from feed.api.parameters import flag, identifier, items, parameters, path_id, text
from feed.api.views import MastodonView, caller_id, paged
from feed.operations.notices import clear_notices, dismiss_group, dismiss_notice
from feed.queries import notices as reads
from feed.queries import notification_pages as pages
from feed.queries.notice_groups import GROUPED
from feed.queries.rendering.accounts import profiles_json
from feed.queries.rendering.notification_groups import grouped_json
from feed.queries.rendering.notifications import notifications_json

COUNTED, MOST_COUNTED = 100, 1000
KEPT = ("types[]", "exclude_types[]", "account_id", "include_filtered", "grouped_types[]", "expand_accounts")


def _wanted(given: Mapping[str, Any]) -> reads.Wanted:
    sender = given.get("account_id")
    return reads.Wanted(
        kinds=items(given, "types"),
        without=items(given, "exclude_types"),
        from_account_id=identifier(sender, "account_id") if sender else None,
        filtered_too=bool(flag(given, "include_filtered")),
    )


def _counted(given: Mapping[str, Any]) -> int:
    return Page.of({"limit": given.get("limit")}, default=COUNTED, most=MOST_COUNTED).limit


def _grouped(given: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(items(given, "grouped_types")) if "grouped_types" in given else tuple(GROUPED)


class NotificationsView(MastodonView):
    """GET /api/v1/notifications"""

    scopes = {"GET": "read:notifications"}

    def get(self, request: Request) -> Response:
        """What concerns the caller, newest first."""
        given = parameters(request)
        page = Page.of(given, default=40, most=80)
        viewer = caller_id(request)
        found = reads.notices_of(account_id=viewer, page=page, wanted=_wanted(given))
        body = notifications_json(found, viewer_id=viewer)
        return paged(request, page, [one.pk for one in found], body, keep=KEPT)


class NotificationView(MastodonView):
    """GET /api/v1/notifications/:id"""

    scopes = {"GET": "read:notifications"}

    def get(self, request: Request, id: str) -> Response:
        """One of them."""
        viewer = caller_id(request)
        return Response(
            notifications_json([reads.notice_for(account_id=viewer, notice_id=path_id(id))], viewer_id=viewer)[0]
        )


class DismissView(MastodonView):
    """POST /api/v1/notifications/:id/dismiss, and the old /api/v1/notifications/dismiss?id="""

    scopes = {"POST": "write:notifications"}

    def post(self, request: Request, id: str | None = None) -> Response:
        """Delete one."""
        number = path_id(id) if id is not None else identifier(parameters(request).get("id", ""), "id")
        dismiss_notice(account_id=caller_id(request), notice_id=number)
        return Response({})


class ClearView(MastodonView):
    """POST /api/v1/notifications/clear and /api/v2/notifications/clear"""

    scopes = {"POST": "write:notifications"}

    def post(self, request: Request) -> Response:
        """Delete all."""
        clear_notices(account_id=caller_id(request))
        return Response({})


class UnreadCountView(MastodonView):
    """GET /api/v1/notifications/unread_count"""

    scopes = {"GET": "read:notifications"}

    def get(self, request: Request) -> Response:
        """How many are above the reading position."""
        given = parameters(request)
        count = reads.unread_count(account_id=caller_id(request), wanted=_wanted(given), limit=_counted(given))
        return Response({"count": count})


class GroupsView(MastodonView):
    """GET /api/v2/notifications"""

    scopes = {"GET": "read:notifications"}

    def get(self, request: Request) -> Response:
        """The same, where many people did one thing as one group."""
        given = parameters(request)
        page = Page.of(given, default=40, most=80)
        viewer = caller_id(request)
        expand = text(given, "expand_accounts") or "full"
        if expand not in {"full", "partial_avatars"}:
            raise Problem("Invalid value for 'expand_accounts': it is full or partial_avatars", status=400)
        groups, ids = pages.groups_of(account_id=viewer, page=page, wanted=_wanted(given), grouped=_grouped(given))
        body = grouped_json(groups, viewer_id=viewer, partial=expand == "partial_avatars")
        return paged(request, page, ids, body, keep=KEPT)


class GroupView(MastodonView):
    """GET /api/v2/notifications/:group_key"""

    scopes = {"GET": "read:notifications"}

    def get(self, request: Request, key: str) -> Response:
        """One group."""
        viewer = caller_id(request)
        return Response(grouped_json([pages.group_for(account_id=viewer, key=key)], viewer_id=viewer))


class GroupAccountsView(MastodonView):
    """GET /api/v2/notifications/:group_key/accounts"""

    scopes = {"GET": "read:notifications"}

    def get(self, request: Request, key: str) -> Response:
        """Everybody in it."""
        page = Page.of(parameters(request), default=40, most=80)
        found, ids = pages.accounts_of_group(account_id=caller_id(request), key=key, page=page)
        return paged(request, page, ids, profiles_json(found))


class DismissGroupView(MastodonView):
    """POST /api/v2/notifications/:group_key/dismiss"""

    scopes = {"POST": "write:notifications"}

    def post(self, request: Request, key: str) -> Response:
        """Delete all of it."""
        dismiss_group(account_id=caller_id(request), group_key=key)
        return Response({})


class UnreadGroupsView(MastodonView):
    """GET /api/v2/notifications/unread_count"""

    scopes = {"GET": "read:notifications"}

    def get(self, request: Request) -> Response:
        """How many groups are above the reading position."""
        given = parameters(request)
        count = pages.unread_groups(
            account_id=caller_id(request), wanted=_wanted(given), grouped=_grouped(given), limit=_counted(given)
        )
        return Response({"count": count})
