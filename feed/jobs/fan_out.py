"""Writes a status into the home timelines of those who follow its author. The status row says whether it is done."""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from common.ids import smallest_id_at
from feed.jobs import stream
from feed.jobs.alone import alone
from feed.jobs.announce import UPDATE, announce_openly, announce_to_followers_listening
from feed.jobs.status_notices import notify_of_status
from feed.jobs.stream import Message, Place
from feed.models import Status
from feed.queries import home_store
from feed.queries.readers import has_very_many_followers, readers_of, tag_readers_of

SWEEP_LOCK = 4_120_000_011
FAN_OUT = 411
LATE_AFTER = timedelta(seconds=10)
STATUSES_AT_ONCE = 500
LONGEST_SWEEP = timedelta(minutes=1)


def fan_out(status_id: int) -> None:
    """Give a status to every home timeline that should have it, and to those who listen; done twice, it changes nothing.

    A nudge that comes late and the sweep do not meet: who listens would be told twice. No transaction is open meanwhile:
    a long one would hold up every reader of the event log.
    """
    with alone(FAN_OUT, status_id) as held:
        status = Status.objects.filter(pk=status_id, fanned_out_at=None).first() if held else None
        if status is not None:
            _fan_out(status)


def _fan_out(status: Status) -> None:
    changes: dict[str, object] = {"fanned_out_at": timezone.now()}
    if status.deleted_at is None:
        _deliver(status, [status.account_id])
        if has_very_many_followers(status.account_id):
            changes["merged_at_read"] = True
            announce_to_followers_listening(status, UPDATE)
        else:
            for readers in readers_of(status):
                _deliver(status, readers)
        for readers in tag_readers_of(status):
            _deliver(status, readers)
        announce_openly(status, UPDATE)
    with transaction.atomic():
        # Whoever comes first says that it is done and writes the notices, both or neither.
        if Status.objects.filter(pk=status.pk, fanned_out_at=None).update(**changes) and status.deleted_at is None:
            notify_of_status(status)


def _deliver(status: Status, readers: Sequence[int]) -> None:
    """Into their timelines, and to those of them who listen."""
    home_store.add(
        status_id=status.pk,
        account_ids=readers,
        channels=stream.account_channels(),
        message=Message(UPDATE, Place.HOME, status.pk).encoded(),
    )


def _fan_out_late(*, until: float) -> Iterator[int]:
    """As many as wait, as far as time allows: a flushed Redis may have lost thousands of messages at once."""
    late = smallest_id_at(timezone.now() - LATE_AFTER)
    waiting = Status.objects.filter(fanned_out_at=None, pk__lt=late).order_by("pk").values_list("pk", flat=True)
    last = 0
    while time.monotonic() < until and (ids := list(waiting.filter(pk__gt=last)[:STATUSES_AT_ONCE])):
        for status_id in ids:
            fan_out(status_id)
        yield len(ids)
        last = ids[-1]


def sweep_fan_out() -> int:
    """Fan out what a lost message or a killed worker left behind, one sweep at a time; gives the number of statuses."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [SWEEP_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        try:
            return sum(_fan_out_late(until=time.monotonic() + LONGEST_SWEEP.total_seconds()))
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [SWEEP_LOCK])
