"""Where a client has its notices pushed to. One subscription for each token; it needs no personhood."""

from collections.abc import Mapping

from django.conf import settings

from common.problems import NotFound, Problem
from feed.engines.outward import ForbiddenAddressError, check_url
from feed.engines.web_push import check_keys
from feed.models import Notice, PushSubscription


def subscribe(
    *,
    account_id: int,
    token_id: int,
    endpoint: str,
    p256dh: str,
    auth: str,
    standard: bool,
    alerts: Mapping[str, bool],
    policy: str,
) -> PushSubscription:
    """Push to this client from now on, in place of what it had before.

    Raises Problem for an endpoint outside the public network or not https, for keys that are none, for an unknown policy.
    """
    try:
        check_url(endpoint, private_too=settings.PUSH_TO_PRIVATE_ADDRESSES)
    except ForbiddenAddressError as error:
        raise Problem(f"Validation failed: subscription[endpoint]: {error}", field="subscription[endpoint]") from error
    try:
        check_keys(p256dh=p256dh[:200], auth=auth[:200])
    except ValueError as error:
        raise Problem(f"Validation failed: {error}", field="subscription[keys]") from error
    made, _ = PushSubscription.objects.update_or_create(
        token_id=token_id,
        defaults={
            "account_id": account_id,
            "endpoint": endpoint,
            "p256dh": p256dh,
            "auth": auth,
            "standard": standard,
            "alerts": _alerts(alerts),
            "policy": _policy(policy),
            "failed_at": None,
        },
    )
    return made


def change_subscription(*, token_id: int, alerts: Mapping[str, bool], policy: str) -> PushSubscription:
    """Say anew what is pushed. Raises NotFound, Problem."""
    found = PushSubscription.objects.filter(token_id=token_id).first()
    if found is None:
        raise NotFound("Record not found")
    found.alerts, found.policy = _alerts(alerts), _policy(policy)
    found.save(update_fields=["alerts", "policy"])
    return found


def unsubscribe(*, token_id: int) -> None:
    """Push nothing more to this client."""
    PushSubscription.objects.filter(token_id=token_id).delete()


def _alerts(given: Mapping[str, bool]) -> dict[str, bool]:
    return {kind: bool(given.get(kind)) for kind in Notice.Kind.values}


def _policy(given: str) -> str:
    if given not in PushSubscription.Policy.values:
        raise Problem(f"policy is one of {', '.join(PushSubscription.Policy.values)}.", field="data[policy]")
    return given
