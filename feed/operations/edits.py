"""Change what a status says; what it said before is kept and shown in its history."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from common import events
from common.after_commit import after_commit
from common.languages import identify
from common.problems import NotFound, Problem
from feed.jobs import media_files
from feed.jobs.announce import EDIT
from feed.jobs.conversations import note_direct
from feed.jobs.notices import notify
from feed.jobs.posting.cards import card_of
from feed.jobs.posting.media import MOST_ATTACHED, attachable
from feed.jobs.posting.mentions import mention_anew
from feed.jobs.posting.polls import change_poll
from feed.jobs.posting.write import nudge_card
from feed.jobs.previews import Preview
from feed.jobs.tags import index_tags
from feed.models import MediaAttachment, Mention, Notice, Status, StatusEdit
from feed.operations.media import Focus, check_description, thumbnail_from
from feed.operations.training import mark_for_training
from feed.queries.drafts import check_text, language_of, texts_of
from feed.queries.edits import snapshot
from feed.queries.images import least_label
from feed.queries.mentions import mentioned_accounts
from feed.queries.poll_wishes import PollWish
from feed.queries.quotes import ACCEPTED, checked_policy
from feed.queries.writers import require_may_write
from feed.tasks import announce, fetch_card

MOST_EDITS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaChange:
    """What an edit says of one of the status's media; None leaves it as it is. `thumbnail` is a picture's file."""

    description: str | None = None
    focus: Focus | None = None
    thumbnail: BinaryIO | None = None


def edit_status(
    *,
    account_id: int,
    status_id: int,
    text: str,
    spoiler_text: str = "",
    sensitive: bool | None = None,
    language: str = "",
    media_ids: Sequence[int] = (),
    media_changes: Mapping[int, MediaChange] | None = None,
    poll: PollWish | None = None,
    quote_policy: str | None = None,
    for_training: bool | None = None,
) -> Status:
    """Make one's own status say this from now on: as in Mastodon, media and poll that are not named are taken away.

    An edit that changes nothing leaves no trace. Raises NotAllowed, NotFound, Problem as `post_status` does.
    """
    profile = require_may_write(account_id)
    text, spoiler_text = texts_of(text, spoiler_text)
    changes = {one: change for one, change in (media_changes or {}).items() if one in media_ids}
    with _previews(account_id, changes) as previews, transaction.atomic():
        rows = Status.objects.select_for_update(no_key=True)
        status = rows.filter(pk=status_id, account_id=account_id, deleted_at=None, reblog_of=None).first()
        if status is None:
            raise NotFound("Record not found")
        check_text(text, spoiler_text, may_be_empty=bool(media_ids) or status.quote_of_id is not None)
        before = snapshot(status, at=status.created_at)
        # A poll's new end alone is no edit, nor is another word on who may quote or on training; all are kept.
        poll_changed = change_poll(status, poll)
        media_changed = _change_media(status, media_ids, changes, previews)
        status.text, status.spoiler_text = text, spoiler_text
        status.sensitive = bool(spoiler_text) or (status.sensitive if sensitive is None else sensitive)
        status.language = language_of(text, language or status.language, profile)
        status.found_language, status.found_language_score = identify(text)
        if quote_policy is not None:
            status.quote_policy = checked_policy(quote_policy, visibility=status.visibility)
            status.save(update_fields=["quote_policy"])
        if for_training is not None:
            mark_for_training(status, for_training)
        if _same(before, status) and not poll_changed and not media_changed:
            return status
        _keep(before, status)
        accounts = mentioned_accounts(f"{spoiler_text} {text}")
        were_named = set(Mention.objects.filter(status=status).values_list("account_id", flat=True))
        are_named = {one.pk for one in accounts}
        mention_anew(status, accounts)
        index_tags(status)
        if are_named - were_named:
            note_direct(status)
        _tell_of_edit(status, were_named & are_named)
        if text != before.text:
            status.card = card_of(text, status.visibility)
            nudge_card(status.card, fetch_card.delay)
        status.save()
        events.record("status.edited", account_id=account_id, subject_id=status.pk)
        after_commit(announce.delay, status.pk, EDIT)
    return status


def _same(before: StatusEdit, status: Status) -> bool:
    fields = ("text", "spoiler_text", "sensitive", "language")
    return all(getattr(before, name) == getattr(status, name) for name in fields)


def _keep(before: StatusEdit, status: Status) -> None:
    kept = StatusEdit.objects.filter(status=status).count()
    if kept > MOST_EDITS:
        raise Problem(f"A status is edited {MOST_EDITS} times at most.", field="status", limit=MOST_EDITS)
    if not kept:
        before.save()
    status.edited_at = timezone.now()
    snapshot(status, at=status.edited_at).save()


@contextmanager
def _previews(account_id: int, changes: Mapping[int, MediaChange]) -> Iterator[dict[int, Preview]]:
    """Previews of the person's own choice, stored before any row is locked, and gone again if the edit is refused."""
    made: dict[int, Preview] = {}
    try:
        owned = MediaAttachment.objects.filter(account_id=account_id, pk__in=list(changes)[:MOST_ATTACHED])
        for media_id in owned.values_list("pk", flat=True):
            if (file := changes[media_id].thumbnail) is not None:
                made[media_id] = thumbnail_from(file)
        yield made
    except BaseException:
        media_files.remove(*(one.path for one in made.values()))
        raise


def _change_media(
    status: Status, media_ids: Sequence[int], changes: Mapping[int, MediaChange], previews: Mapping[int, Preview]
) -> bool:
    were = list(MediaAttachment.objects.filter(status=status).order_by("pk").values_list("pk", flat=True))
    media = attachable(account_id=status.account_id, media_ids=media_ids, status_id=status.pk) if media_ids else []
    are = sorted(one.pk for one in media)
    changed = were != are
    MediaAttachment.objects.filter(pk__in=set(were) - set(are)).update(status=None)
    MediaAttachment.objects.filter(pk__in=set(are) - set(were)).update(status=status)
    if least_label(media) == Status.MadeBy.ASSISTED and status.made_by == Status.MadeBy.HUMAN:
        status.made_by = Status.MadeBy.ASSISTED
    for one in media:
        if one.pk in changes:
            changed |= _change_one(one, changes[one.pk], previews.get(one.pk))
    return changed


def _change_one(media: MediaAttachment, change: MediaChange, preview: Preview | None) -> bool:
    before = (media.description, media.focus_x, media.focus_y, media.preview)
    if change.description is not None:
        check_description(change.description)
        media.description = change.description.strip()
    if change.focus is not None:
        media.focus_x, media.focus_y = change.focus.x, change.focus.y
    if preview is not None:
        after_commit(media_files.remove, *([media.preview] if media.preview else []))
        media.preview, media.blurhash = preview.path, preview.blurhash
        media.meta = {**media.meta, "small": [preview.width, preview.height]}
    media.save(update_fields=["description", "focus_x", "focus_y", "preview", "blurhash", "meta"])
    return before != (media.description, media.focus_x, media.focus_y, media.preview)


def _tell_of_edit(status: Status, still_mentioned: set[int]) -> None:
    """Those who reblogged or quoted it or are spoken to hear that it says something else; the newest notice takes the older's place."""
    rebloggers = Status.objects.filter(reblog_of=status, deleted_at=None).values_list("account_id", flat=True)
    concerned = (set(rebloggers) | still_mentioned) - {status.account_id}
    quoting = Status.objects.filter(quote_of=status, quote_state=ACCEPTED, deleted_at=None)
    quoters = set(quoting.values_list("account_id", flat=True)) - {status.account_id}
    told = [(one, Notice.Kind.UPDATE) for one in sorted(concerned)]
    told += [(one, Notice.Kind.QUOTED_UPDATE) for one in sorted(quoters)]
    Notice.objects.filter(status=status, kind__in=(Notice.Kind.UPDATE, Notice.Kind.QUOTED_UPDATE)).delete()
    notify([Notice(account_id=one, kind=kind, from_account_id=status.account_id, status=status) for one, kind in told])
