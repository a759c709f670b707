"""Writes notifications, and tells those who listen."""

from collections.abc import Sequence

from common.after_commit import after_commit
from common.ids import new_ids
from feed.jobs import stream
from feed.jobs.stream import Message, Place
from feed.models import Notice

NOTIFICATION = "notification"


def notify(notices: Sequence[Notice]) -> None:
    """Write notices in the present transaction; their receivers' streams have them once it is committed."""
    if not notices:
        return
    for notice, identifier in zip(notices, new_ids(len(notices)), strict=True):
        notice.id = identifier
    Notice.objects.bulk_create(notices)
    messages = [
        (stream.account_channel(one.account_id), Message(NOTIFICATION, Place.NOTICES, one.id)) for one in notices
    ]
    after_commit(stream.publish, messages)
