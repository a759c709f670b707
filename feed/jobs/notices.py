"""Writes notifications that their receivers want, and tells those who listen and those who are not there."""

from collections.abc import Sequence

from celery import current_app
from django.utils import timezone

from common.after_commit import after_commit
from common.ids import new_ids
from feed.jobs import stream
from feed.jobs.stream import Message, Place
from feed.models import Notice, PushSubscription
from feed.queries.notice_groups import group_keys
from feed.queries.notice_rules import Outcome, outcomes

NOTIFICATION = "notification"
PUSH = "feed.tasks.push_notices"
NOTICES_IN_A_TASK = 50


def notify(notices: Sequence[Notice]) -> list[Notice]:
    """Write those notices that their receivers want, in the present transaction; gives them.

    A block, a mute, a muted thread and the receiver's policy drop a notice or hold it back (`filtered`). The streams and push
    subscriptions of receivers have the rest once it is committed.
    """
    kept = []
    for notice, outcome in zip(notices, outcomes(notices), strict=True):
        if outcome != Outcome.DROP:
            notice.filtered = outcome == Outcome.FILTER
            kept.append(notice)
    if not kept:
        return []
    subscribed = _subscribed({one.account_id for one in kept if not one.filtered})
    keys = group_keys(kept)
    for notice, identifier, key in zip(kept, new_ids(len(kept)), keys, strict=True):
        notice.id, notice.group_key = identifier, key
        if notice.filtered or notice.account_id not in subscribed:
            # Nobody to push to: a subscription made later is not told of what was before it.
            notice.pushed_at = timezone.now()
    Notice.objects.bulk_create(kept)
    open_ones = [one for one in kept if not one.filtered]
    if open_ones:
        after_commit(
            stream.publish,
            [
                (stream.account_channel(one.account_id), Message(NOTIFICATION, Place.NOTICES, one.id))
                for one in open_ones
            ],
        )
    nudge_push([one.id for one in open_ones if one.pushed_at is None])
    return kept


def nudge_push(notice_ids: Sequence[int]) -> None:
    """Have a worker push these once the present transaction has committed; what is lost the sweep finds."""
    for start in range(0, len(notice_ids), NOTICES_IN_A_TASK):
        # By name: tasks are doors to jobs, and no job opens one.
        after_commit(current_app.send_task, PUSH, [list(notice_ids[start : start + NOTICES_IN_A_TASK])])


def _subscribed(account_ids: set[int]) -> set[int]:
    rows = PushSubscription.objects.filter(account_id__in=account_ids)
    return set(rows.values_list("account_id", flat=True))
