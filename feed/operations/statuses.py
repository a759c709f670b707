"""Post and delete."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from common import events
from common.after_commit import after_commit
from common.problems import NotFound
from feed.jobs.announce import DELETE
from feed.jobs.conversations import forget_direct
from feed.jobs.counts import count, counted_by
from feed.jobs.media_files import remove
from feed.jobs.posting.write import write_status
from feed.jobs.quotes import hold_quoted, let_quotes_go
from feed.jobs.reblogs import end_reblog, take_reblogs_along
from feed.models import MediaAttachment, Notice, Pin, Profile, Status
from feed.queries.drafts import Wish, draft_of
from feed.queries.poll_wishes import PollWish
from feed.tasks import announce, fan_out, fetch_card


def post_status(
    *,
    account_id: int,
    text: str,
    visibility: str | None = None,
    in_reply_to_id: int | None = None,
    media_ids: Sequence[int] = (),
    poll: PollWish | None = None,
    made_by: str = Status.MadeBy.HUMAN,
    language: str = "",
    spoiler_text: str = "",
    sensitive: bool | None = None,
    for_training: bool = True,
    quoted_status_id: int | None = None,
    quote_policy: str | None = None,
    allowed_mentions: Sequence[int] | None = None,
    application_id: str = "",
) -> Status:
    """Write a status, and nudge a worker to bring it to those who follow.

    What is None is as the author's preferences say. `made_by` is what the author says, and never less than what is
    known: with a generated image it is at least `assisted`, and an account that declares itself a bot posts as `machine`.
    `allowed_mentions` are the only ids of accounts that the text may name. Raises NotAllowed (personhood, suspended),
    NotFound (the status replied to or quoted, as far as the author may), Problem with the field and its limit.
    """
    wish = Wish(
        account_id=account_id,
        text=text,
        visibility=visibility,
        in_reply_to_id=in_reply_to_id,
        media_ids=tuple(media_ids),
        poll=poll,
        made_by=made_by,
        language=language,
        spoiler_text=spoiler_text,
        sensitive=sensitive,
        for_training=for_training,
        quoted_status_id=quoted_status_id,
        quote_policy=quote_policy,
        allowed_mentions=None if allowed_mentions is None else tuple(allowed_mentions),
        application_id=application_id,
    )
    draft = draft_of(wish)
    with transaction.atomic():
        return write_status(draft, fan_out=fan_out.delay, fetch_card=fetch_card.delay)


def delete_status(*, account_id: int, status_id: int, delete_media: bool = False) -> Status:
    """Delete one's own status, and with it every reblog: it is shown nowhere from now on. Raises NotFound.

    A reblog of one's own is taken back. Its media stay with it, hidden, so that its author may write it anew with them; with `delete_media` they are gone.
    """
    with transaction.atomic():
        # Asked before anything is locked: what a reblog shows is locked before the reblog.
        own = Status.objects.filter(pk=status_id, account_id=account_id, reblog_of__isnull=False).first()
        if own is not None and own.reblog_of_id:
            if end_reblog(account_id=account_id, shown_id=own.reblog_of_id) != own.pk:
                raise NotFound("Record not found")
            after_commit(announce.delay, own.pk, DELETE)
            return own
        hold_quoted(status_id, account_id)
        status = (
            Status.objects.select_for_update(no_key=True)
            .filter(pk=status_id, account_id=account_id, deleted_at=None)
            .first()
        )
        if status is None:
            raise NotFound("Record not found")
        if parent_id := counted_by(status):
            count(parent_id, "replies_count", -1)
        let_quotes_go(status)
        take_reblogs_along(status)
        Pin.objects.filter(status=status).delete()
        status.deleted_at = timezone.now()
        status.save(update_fields=["deleted_at"])
        Notice.objects.filter(status=status).exclude(kind=Notice.Kind.MODERATION).delete()
        if delete_media:
            _delete_media(status)
        Profile.objects.filter(pk=account_id).update(statuses_count=Greatest(F("statuses_count") - 1, 0))
        forget_direct(status)
        events.record("status.deleted", account_id=account_id, subject_id=status.pk)
        after_commit(announce.delay, status.pk, DELETE)
    return status


def _delete_media(status: Status) -> None:
    """Files first: whoever dies between the two finds the rows, and the status undeleted, again."""
    media = MediaAttachment.objects.filter(status=status)
    for paths in media.values_list("file", "preview", "original"):
        remove(*(path for path in paths if path))
    media.delete()
