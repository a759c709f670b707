"""Tells all who listen of announcements: when they come out, when they change, when they go."""

import datetime as dt

import orjson
from django.utils import timezone
from redis.exceptions import RedisError

from common.redis import client
from feed.jobs import stream
from feed.jobs.stream import Message, Place
from feed.models import Announcement
from feed.queries.announcements import reactions_to
from feed.queries.rendering.announcements import announcement_json

ANNOUNCEMENT = "announcement"
REACTION = "announcement.reaction"
GONE = "announcement.delete"
# A sweep looks so far back; what came out before is found by reading.
LATE_AT_MOST = dt.timedelta(minutes=10)


def tell_announcement(announcement_id: int) -> None:
    """Tell one that is out, each of its versions once; another sweep or worker may have told it already."""
    row = Announcement.objects.filter(pk=announcement_id, published_at__lte=timezone.now()).first()
    if row is None or not _is_first(row):
        return
    body = announcement_json(row, reactions_to([row.pk], account_id=None).get(row.pk, ()))
    _tell(ANNOUNCEMENT, row.pk, orjson.dumps(body).decode())


def tell_reaction(announcement_id: int, name: str) -> None:
    """Tell how many have given an emoji now."""
    counts = reactions_to([announcement_id], account_id=None).get(announcement_id, ())
    count = next((one.count for one in counts if one.name == name), 0)
    body = {"name": name, "count": count, "announcement_id": str(announcement_id)}
    _tell(REACTION, announcement_id, orjson.dumps(body).decode())


def tell_gone(announcement_id: int) -> None:
    """Tell that one is to be shown no longer."""
    _tell(GONE, announcement_id, str(announcement_id))


def tell_published() -> None:
    """Tell those whose time to come out has just come."""
    now = timezone.now()
    due = Announcement.objects.filter(published_at__lte=now, published_at__gt=now - LATE_AT_MOST)
    for announcement_id in due.values_list("pk", flat=True):
        tell_announcement(announcement_id)


def _is_first(row: Announcement) -> bool:
    key = f"announcement-told:{row.pk}:{row.updated_at.timestamp()}"
    try:
        return bool(client().set(key, 1, nx=True, ex=int(2 * LATE_AT_MOST.total_seconds())))
    except RedisError:
        # Nobody can be told without Redis.
        return False


def _tell(event: str, announcement_id: int, payload: str) -> None:
    stream.publish([(stream.everyone_channel(), Message(event, Place.ACCOUNT, announcement_id, payload))])
