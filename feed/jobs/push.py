"""Pushes notices to the devices of people who are not looking. Safe to run twice: a notice is pushed once it is locked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from feed.engines.outward import ForbiddenAddressError, UnreachableError
from feed.engines.web_push import Sender, Target, push
from feed.models import Notice, PushSubscription
from feed.queries.notices import notices_by_id
from feed.queries.push import TRIED_FOR, subscriptions_for
from feed.queries.push_messages import push_message, subject

log = structlog.get_logger(__name__)

TRY_AGAIN = frozenset({408, 429})
# A service that did not answer is left alone for so long.
RESTS_FOR = timedelta(minutes=2)


def push_notices(notice_ids: Sequence[int]) -> None:
    """Each that is still to be pushed."""
    for notice_id in notice_ids:
        push_notice(notice_id)


def push_notice(notice_id: int) -> None:
    """To every subscription that wants it; where one did not answer, the next sweep tries that one again, for an hour."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update(skip_locked=True, of=("self",))
        due = rows.filter(pk=notice_id, pushed_at=None, filtered=False).first()
        if due is None:
            return
        found = notices_by_id([notice_id])
        failed = _push(found[0]) if found else []
        if failed and due.created_at > timezone.now() - TRIED_FOR:
            return
        Notice.objects.filter(pk=notice_id).update(pushed_at=timezone.now())


def forget_revoked_subscriptions() -> int:
    """Delete the subscriptions of tokens that were revoked; gives their number."""
    tokens = Token.objects.filter(pk=OuterRef("token_id"))
    deleted, _ = PushSubscription.objects.filter(~Exists(tokens)).delete()
    return deleted


def _push(notice: Notice) -> list[int]:
    """Ids of the subscriptions that did not answer. Those that failed for this notice before are the only ones tried again."""
    wanted = subscriptions_for(notice)
    again = [one for one in wanted if one.failed_at is not None and one.failed_at >= notice.created_at]
    if not wanted:
        return []
    payload = push_message(notice)
    resting = {one.pk for one in again if one.failed_at is not None and one.failed_at > timezone.now() - RESTS_FOR}
    return [one.pk for one in again or wanted if one.pk in resting or not _sent(one, payload)]


def _sent(subscription: PushSubscription, payload: bytes) -> bool:
    """False where trying again may help. A subscription that its service does not know any more is deleted."""
    target = Target(subscription.endpoint, subscription.p256dh, subscription.auth, subscription.standard)
    sender = Sender(settings.VAPID_SECRET, subject())
    try:
        status = push(target, payload, sender=sender, private_too=settings.PUSH_TO_PRIVATE_ADDRESSES)
    except (ForbiddenAddressError, ValueError) as error:
        log.warning("push_refused", subscription_id=subscription.pk, reason=type(error).__name__)
        PushSubscription.objects.filter(pk=subscription.pk).delete()
        return True
    except UnreachableError as error:
        log.info("push_failed", subscription_id=subscription.pk, reason=str(error))
        return _mark(subscription, timezone.now())
    if 200 <= status < 300:
        return subscription.failed_at is None or _mark(subscription, None)
    if 400 <= status < 500 and status not in TRY_AGAIN:
        log.info("push_subscription_gone", subscription_id=subscription.pk, status=status)
        PushSubscription.objects.filter(pk=subscription.pk).delete()
        return True
    log.info("push_failed", subscription_id=subscription.pk, status=status)
    return _mark(subscription, timezone.now())


def _mark(subscription: PushSubscription, failed_at: datetime | None) -> bool:
    PushSubscription.objects.filter(pk=subscription.pk).update(failed_at=failed_at)
    return failed_at is None
