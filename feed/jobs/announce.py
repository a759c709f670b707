"""Tells those who listen what became of a status: posted, edited, deleted, withheld.

Who listens is asked first, so a status costs what its listeners cost, however many follow the author.
"""

from collections.abc import Collection, Sequence

from feed.jobs import stream
from feed.jobs.stream import Message, Place
from feed.models import Mention, Status
from feed.queries.hashtags import hashtags
from feed.queries.readers import (
    FOLLOWERS_IN_A_QUERY,
    has_very_many_followers,
    readers_among,
    readers_of,
    tag_readers_of,
)

UPDATE = "update"
EDIT = "status.update"
DELETE = "delete"
CONVERSATION = "conversation"


def announce(status_id: int, event: str) -> None:
    """Tell everybody who may have the status already that it was edited or is gone; told twice, it does no harm.

    What is gone is gone from those too who have it as a reblog.
    """
    status = Status.objects.filter(pk=status_id).first()
    if status is None:
        return
    _announce(status, event)
    if event == DELETE:
        for reblog in Status.objects.filter(reblog_of=status).order_by("pk").iterator(chunk_size=500):
            _announce(reblog, event)


def _announce(status: Status, event: str) -> None:
    announce_openly(status, event)
    told = set(Mention.objects.filter(status=status).values_list("account_id", flat=True)) | {status.account_id}
    announce_home(status, sorted(told), event)
    for readers in tag_readers_of(status):
        announce_home(status, [reader for reader in readers if reader not in told], event)
    if has_very_many_followers(status.account_id):
        announce_to_followers_listening(status, event, told=told)
        return
    for readers in readers_of(status):
        announce_home(status, [reader for reader in readers if reader not in told], event)


def announce_home(status: Status, account_ids: Sequence[int], event: str) -> None:
    """Those of `account_ids` who listen have the status in their home stream."""
    stream.tell_accounts(stream.listening(account_ids), Message(event, Place.HOME, status.pk))


def announce_to_followers_listening(status: Status, event: str, *, told: Collection[int] = ()) -> None:
    """For an author whom very many follow: begins with those who listen, `told` left out, and asks which of them follow."""
    listening = sorted(set(stream.all_listening()).difference(told))
    for start in range(0, len(listening), FOLLOWERS_IN_A_QUERY):
        readers = readers_among(status, listening[start : start + FOLLOWERS_IN_A_QUERY])
        stream.tell_accounts(readers, Message(event, Place.HOME, status.pk))


def announce_openly(status: Status, event: str) -> None:
    """The public stream and those of hashtags; for a direct status, the conversations of all who take part.

    Reblogs stand in home timelines alone.
    """
    if status.reblog_of_id:
        return
    if status.visibility == Status.Visibility.PUBLIC:
        messages = [(stream.public_channel(), Message(event, Place.PUBLIC, status.pk))]
        messages += [(stream.tag_channel(tag), Message(event, Place.TAG, status.pk)) for tag in hashtags(status.text)]
        stream.publish(messages)
    elif status.visibility == Status.Visibility.DIRECT and event == UPDATE:
        taking_part = set(Mention.objects.filter(status=status).values_list("account_id", flat=True))
        taking_part.add(status.account_id)
        stream.tell_accounts(sorted(taking_part), Message(CONVERSATION, Place.DIRECT, status.pk))
