"""Whose notifications an account wants: its policy, and the requests of those whom it holds back."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from feed.api.parameters import flag, identifiers, parameters, path_id, text
from feed.api.views import MastodonView, caller_id, paged
from feed.models import NotificationPolicy
from feed.operations.notices import accept_requests, dismiss_requests, set_policy
from feed.queries import notification_requests as reads
from feed.queries.rendering.accounts import moment, profiles_json
from feed.queries.rendering.statuses import statuses_json

PARTS = (
    "for_not_following",
    "for_not_followers",
    "for_new_accounts",
    "for_private_mentions",
    "for_limited_accounts",
)
# The first version of the policy knew yes and no, and nothing of limited accounts.
OLD_PARTS = {name: name.replace("for_", "filter_", 1) for name in PARTS[:4]}


class PolicyView(MastodonView):
    """GET, PATCH and PUT /api/v2/notifications/policy"""

    scopes = {"GET": "read:notifications", "PATCH": "write:notifications", "PUT": "write:notifications"}

    def get(self, request: Request) -> Response:
        """What becomes of whose notifications, and how many wait."""
        return self._answer(caller_id(request))

    def patch(self, request: Request) -> Response:
        """Change parts of it."""
        set_policy(account_id=caller_id(request), choices=self._choices(parameters(request)))
        return self._answer(caller_id(request))

    put = patch

    def _choices(self, given: dict[str, Any]) -> dict[str, str]:
        return {name: text(given, name) for name in PARTS if name in given}

    def _answer(self, account_id: int) -> Response:
        body = self._policy(reads.policy_of(account_id))
        waiting = reads.summary_of(account_id)
        body["summary"] = {
            "pending_requests_count": waiting.requests,
            "pending_notifications_count": waiting.notices,
        }
        return Response(body)

    def _policy(self, policy: NotificationPolicy) -> dict[str, Any]:
        return {name: getattr(policy, name) for name in PARTS}


class OldPolicyView(PolicyView):
    """The same at /api/v1/notifications/policy, with yes for "hold back" """

    def _choices(self, given: dict[str, Any]) -> dict[str, str]:
        said = {name: flag(given, old) for name, old in OLD_PARTS.items()}
        return {name: "filter" if yes else "accept" for name, yes in said.items() if yes is not None}

    def _policy(self, policy: NotificationPolicy) -> dict[str, Any]:
        return {old: getattr(policy, name) != "accept" for name, old in OLD_PARTS.items()}


class RequestsView(MastodonView):
    """GET /api/v1/notifications/requests"""

    scopes = {"GET": "read:notifications"}

    def get(self, request: Request) -> Response:
        """Those who are held back."""
        page = Page.of(parameters(request), default=40, most=80)
        found, ids = reads.requests_of(account_id=caller_id(request), page=page)
        return paged(request, page, ids, _requests_json(found, caller_id(request)))


class RequestView(MastodonView):
    """GET /api/v1/notifications/requests/:id"""

    scopes = {"GET": "read:notifications"}

    def get(self, request: Request, id: str) -> Response:
        """One of them."""
        found = reads.request_of(account_id=caller_id(request), sender_id=path_id(id))
        return Response(_requests_json([found], caller_id(request))[0])


class AnswerRequestsView(MastodonView):
    """POST /api/v1/notifications/requests/:id/accept and /dismiss, and for several by `id[]` without the id."""

    scopes = {"POST": "write:notifications"}

    def post(self, request: Request, answer: str, id: str | None = None) -> Response:
        """Show what was held back, or delete it."""
        senders = [path_id(id)] if id is not None else identifiers(parameters(request), "id")
        act = accept_requests if answer == "accept" else dismiss_requests
        act(account_id=caller_id(request), sender_ids=senders)
        return Response({})


class MergedView(MastodonView):
    """GET /api/v1/notifications/requests/merged"""

    scopes = {"GET": "read:notifications"}

    def get(self, request: Request) -> Response:
        """Whether all that was accepted is shown: always, for accepting shows it."""
        return Response({"merged": True})


def _requests_json(requests: list[reads.Request], viewer_id: int) -> list[dict[str, Any]]:
    accounts = profiles_json([one.profile for one in requests])
    statuses = [one.last_status for one in requests if one.last_status is not None]
    shown = {body["id"]: body for body in statuses_json(statuses, viewer_id=viewer_id)}
    return [
        {
            "id": str(one.profile.pk),
            "created_at": moment(one.created_at),
            "updated_at": moment(one.updated_at),
            # A text, as Mastodon has it.
            "notifications_count": str(one.count),
            "account": account,
            "last_status": shown.get(str(one.last_status.pk)) if one.last_status is not None else None,
        }
        for one, account in zip(requests, accounts, strict=True)
    ]
