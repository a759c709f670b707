"""Writes a status into the home timelines of those who follow its author. The status row says whether it is done."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from common.ids import smallest_id_at
from feed.models import Follow, Mention, Profile, Status
from feed.queries import home_store
from feed.queries.home_timeline import ACTIVITY_NOTED_EVERY

FOLLOWERS_IN_A_QUERY = 2000
SWEEP_LOCK = 4_120_000_011
LATE_AFTER = timedelta(seconds=10)
STATUSES_IN_A_SWEEP = 500


def fan_out(status_id: int) -> None:
    """Give a status to every home timeline that should have it; done twice, it changes nothing.

    No lock is held meanwhile: a long transaction would hold up every reader of the event log.
    """
    status = Status.objects.filter(pk=status_id, fanned_out_at=None).first()
    if status is None:
        return
    changes: dict[str, object] = {"fanned_out_at": timezone.now()}
    if status.deleted_at is None:
        home_store.add(status_id=status_id, account_ids=[status.account_id])
        if _has_very_many_followers(status.account_id):
            changes["merged_at_read"] = True
        else:
            for readers in _readers(status):
                home_store.add(status_id=status_id, account_ids=readers)
    Status.objects.filter(pk=status_id, fanned_out_at=None).update(**changes)


def sweep_fan_out() -> int:
    """Fan out what a lost message or a killed worker left behind, one sweep at a time; gives the number of statuses."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [SWEEP_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        try:
            late = smallest_id_at(timezone.now() - LATE_AFTER)
            waiting = Status.objects.filter(fanned_out_at=None, pk__lt=late).order_by("pk")
            ids = list(waiting.values_list("pk", flat=True)[:STATUSES_IN_A_SWEEP])
            for status_id in ids:
                fan_out(status_id)
            return len(ids)
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [SWEEP_LOCK])


def _has_very_many_followers(account_id: int) -> bool:
    return Profile.objects.filter(pk=account_id, followers_count__gt=settings.FOLLOWERS_FANNED_OUT_TO).exists()


def _readers(status: Status) -> Iterator[list[int]]:
    """Ids of the active followers who should have the status, in steps along the index."""
    after = 0
    while True:
        ids = list(_eligible(status).filter(source_id__gt=after)[:FOLLOWERS_IN_A_QUERY])
        if not ids:
            return
        yield ids
        after = ids[-1]


def _eligible(status: Status) -> "QuerySet[Follow, int]":
    active_since = timezone.now() - home_store.lifetime() - 2 * ACTIVITY_NOTED_EVERY
    followers = Follow.objects.filter(
        target_id=status.account_id, pending=False, source__profile__last_active_at__gt=active_since
    )
    if status.visibility == Status.Visibility.DIRECT:
        followers = followers.filter(
            Exists(Mention.objects.filter(status_id=status.pk, account_id=OuterRef("source_id")))
        )
    other = status.in_reply_to_account_id
    if other is not None and other != status.account_id:
        follows_other = Follow.objects.filter(source_id=OuterRef("source_id"), target_id=other, pending=False)
        followers = followers.filter(Q(source_id=other) | Q(Exists(follows_other)))
    return followers.order_by("source_id").values_list("source_id", flat=True)
