"""From ids to frames: what each listener may have of what happened, looked up for all of them at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog

from feed.api.streaming.frames import Frame
from feed.jobs.stream import Message, Place
from feed.models import Status
from feed.queries.audience import whose_home_has, whose_timelines_may_have
from feed.queries.conversations import conversations_about
from feed.queries.lists import lists_that_have
from feed.queries.notices import notices_by_id
from feed.queries.rendering.conversations import conversations_json
from feed.queries.rendering.notifications import notifications_json
from feed.queries.rendering.statuses import statuses_json
from feed.queries.statuses import with_everything
from feed.queries.visibility import in_public_timeline, openly_public

log = structlog.get_logger(__name__)

# A message, and the accounts and the lists that listen for it.
Request = tuple[Message, Collection[int], Collection[int]]
# For each account, or each list, that may have it.
Frames = Mapping[int, Frame]


@dataclass
class Prepared:
    """Frames of messages for accounts, and for lists."""

    accounts: dict[Message, Frames] = field(default_factory=dict)
    lists: dict[Message, Frames] = field(default_factory=dict)

    def frame(self, message: Message, *, account_id: int, list_id: int | None) -> Frame | None:
        """What one listener gets; None where it is not to have the message."""
        if list_id is not None:
            return self.lists.get(message, {}).get(list_id)
        return self.accounts.get(message, {}).get(account_id)


AS_IT_IS = ("delete",)


def frame_as_it_is(message: Message) -> Frame | None:
    """The frame of an event that says nothing but an id, or carries all it says; None where rows must be looked up."""
    if message.event in AS_IT_IS:
        return Frame(message.event, str(message.subject))
    if message.place == Place.ACCOUNT:
        return Frame(message.event, message.payload)
    return None


def prepare(requests: Sequence[Request]) -> Prepared:
    """Frames for those who may have them now. A row that cannot be rendered is left out, and no other with it."""
    notices = {message.subject for message, *_ in requests if message.place == Place.NOTICES}
    statuses = {message.subject for message, *_ in requests if message.place != Place.NOTICES}
    found = {row.pk: row for row in with_everything(Status.objects.filter(pk__in=statuses))} if statuses else {}
    bodies = _rendered(list(found.values()))
    told = _notifications(notices) if notices else {}
    ready = Prepared()
    prepared = ready.accounts
    for message, account_ids, list_ids in requests:
        if message.place == Place.NOTICES:
            prepared[message] = {who: frame for who, frame in told.get(message.subject, ()) if who in account_ids}
        elif message.subject not in bodies:
            prepared[message] = {}
        elif message.place == Place.DIRECT:
            prepared[message] = _conversation(message, found[message.subject], bodies[message.subject], account_ids)
        else:
            body = bodies[message.subject]
            frame = Frame(message.event, _text(body), has_media=bool(body["media_attachments"]))
            prepared[message] = dict.fromkeys(_audience(message, account_ids), frame)
            if list_ids:
                ready.lists[message] = dict.fromkeys(lists_that_have(message.subject, list_ids), frame)
    return ready


def _audience(message: Message, account_ids: Collection[int]) -> set[int]:
    if message.place == Place.HOME:
        return whose_home_has(message.subject, account_ids)
    condition = in_public_timeline() if message.place == Place.PUBLIC else openly_public()
    if not Status.objects.filter(condition, pk=message.subject).exists():
        return set()
    return whose_timelines_may_have(message.subject, account_ids)


def _rendered(rows: list[Status]) -> dict[int, dict[str, Any]]:
    try:
        return {row.pk: body for row, body in zip(rows, statuses_json(rows, viewer_id=None), strict=True)}
    except Exception:
        if len(rows) == 1:
            log.exception("status_not_rendered", status_id=rows[0].pk)
            return {}
        return {pk: body for row in rows for pk, body in _rendered([row]).items()}


def _notifications(notice_ids: Collection[int]) -> dict[int, list[tuple[int, Frame]]]:
    rows = notices_by_id(notice_ids)
    bodies = {int(body["id"]): body for body in notifications_json(rows, viewer_id=None)}
    return {
        row.pk: [(row.account_id, Frame("notification", _text(bodies[row.pk])))] for row in rows if row.pk in bodies
    }


def _conversation(message: Message, status: Status, body: dict[str, Any], account_ids: Collection[int]) -> Frames:
    """Mastodon's Conversation, for each who takes part and may see the status: their own row of it."""
    rows = conversations_about(status, whose_timelines_may_have(status.pk, account_ids))
    bodies = conversations_json(rows, viewer_id=None)
    return {
        row.account_id: Frame(message.event, _text({**one, "last_status": body}))
        for row, one in zip(rows, bodies, strict=True)
    }


def _text(body: dict[str, Any]) -> str:
    return orjson.dumps(body).decode()
