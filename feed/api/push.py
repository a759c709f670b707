"""Web Push subscriptions, one for each token."""

from collections.abc import Mapping
from typing import Any

from allauth.idp.oidc.models import Token
from rest_framework.request import Request
from rest_framework.response import Response

from common.problems import Problem
from feed.api.parameters import flag, parameters, text
from feed.api.views import MastodonView, caller_id
from feed.models import Notice, PushSubscription
from feed.operations.push import change_subscription, subscribe, unsubscribe
from feed.queries.push import subscription_of
from feed.queries.push_keys import server_key


class PushSubscriptionView(MastodonView):
    """GET, POST, PUT and DELETE /api/v1/push/subscription"""

    scopes = {"*": "push"}

    def get(self, request: Request) -> Response:
        """Where this client is pushed to."""
        return Response(_subscription_json(subscription_of(_token_id(request))))

    def post(self, request: Request) -> Response:
        """Begin, or begin anew."""
        given = parameters(request)
        subscription = _object(given, "subscription")
        keys = _object(subscription, "keys")
        alerts, policy = _wishes(given)
        made = subscribe(
            account_id=caller_id(request),
            token_id=_token_id(request),
            endpoint=text(subscription, "endpoint"),
            p256dh=text(keys, "p256dh"),
            auth=text(keys, "auth"),
            standard=bool(flag(subscription, "standard")),
            alerts=alerts,
            policy=policy,
        )
        return Response(_subscription_json(made))

    def put(self, request: Request) -> Response:
        """Say anew what is pushed."""
        alerts, policy = _wishes(parameters(request))
        return Response(
            _subscription_json(change_subscription(token_id=_token_id(request), alerts=alerts, policy=policy))
        )

    def delete(self, request: Request) -> Response:
        """End it."""
        unsubscribe(token_id=_token_id(request))
        return Response({})


def _token_id(request: Request) -> int:
    if not isinstance(request.auth, Token):
        raise Problem("The access token is invalid", status=401)
    return int(request.auth.pk)


def _object(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name) or {}
    if not isinstance(found, Mapping):
        raise Problem(f"{name} is an object.", field=name)
    return found


def _wishes(given: Mapping[str, Any]) -> tuple[dict[str, bool], str]:
    data = _object(given, "data")
    alerts = _object(data, "alerts")
    wanted = {kind: bool(flag(alerts, kind)) for kind in Notice.Kind.values}
    return wanted, text(data, "policy") or text(given, "policy") or str(PushSubscription.Policy.ALL)


def _subscription_json(row: PushSubscription) -> dict[str, Any]:
    return {
        # The token's number: some clients read it into 32 bits.
        "id": row.token_id,
        "endpoint": row.endpoint,
        "standard": row.standard,
        # Always in one order, which PostgreSQL does not keep.
        "alerts": {kind: bool(row.alerts.get(kind)) for kind in Notice.Kind.values},
        "policy": row.policy,
        "server_key": server_key(),
    }
