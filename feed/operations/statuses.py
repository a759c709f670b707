"""Post and delete."""

import re
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from common import events
from common.after_commit import after_commit
from common.problems import NotFound, Problem
from feed.jobs.announce import DELETE
from feed.jobs.conversations import forget_direct, note_direct
from feed.jobs.counts import count, counted_by
from feed.jobs.notices import notify
from feed.jobs.quotes import hold_quoted, let_quotes_go
from feed.jobs.reblogs import end_reblog, take_reblogs_along
from feed.jobs.tags import index_tags
from feed.models import Mention, Notice, Pin, Profile, Status
from feed.operations.accounts import require_may_write
from feed.operations.media import claim_media
from feed.queries.mentions import mentioned_accounts
from feed.queries.statuses import status_for
from feed.queries.visibility import OPEN_VISIBILITIES
from feed.tasks import announce, fan_out

LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,6})?")


def post_status(
    *,
    account_id: int,
    text: str,
    visibility: str = Status.Visibility.PUBLIC,
    in_reply_to_id: int | None = None,
    media_ids: Sequence[int] = (),
    made_by: str = Status.MadeBy.HUMAN,
    language: str = "",
    spoiler_text: str = "",
    sensitive: bool = False,
    for_training: bool = True,
) -> Status:
    """Write a status, and nudge a worker to bring it to those who follow.

    `made_by` is what the author says, and never less than what is known: with a generated image it is at least
    `assisted`, and an account that declares itself a bot posts as `machine`. Raises NotAllowed (personhood, suspended),
    NotFound (the status replied to, as far as the author may see it), Problem with the field and its limit.
    """
    profile = require_may_write(account_id)
    _check_text(text, spoiler_text, has_media=bool(media_ids))
    _one_of("visibility", visibility, Status.Visibility.values)
    _one_of("made_by", made_by, Status.MadeBy.values)
    if language and not LANGUAGE.fullmatch(language):
        raise Problem("language is an ISO 639 code, such as en.", field="language")
    parent = status_for(status_id=in_reply_to_id, viewer_id=account_id) if in_reply_to_id is not None else None
    with transaction.atomic():
        status = Status.objects.create(
            account_id=account_id,
            text=text,
            spoiler_text=spoiler_text,
            sensitive=sensitive or bool(spoiler_text),
            language=language,
            visibility=visibility,
            in_reply_to=parent,
            in_reply_to_account_id=parent.account_id if parent else None,
            made_by=Status.MadeBy.MACHINE if profile.declared_bot else made_by,
            for_training=for_training,
        )
        status.root_id = (parent.root_id or parent.pk) if parent else status.pk
        status.save(update_fields=["root_id"])
        if parent is not None and visibility in OPEN_VISIBILITIES:
            Status.objects.filter(pk=parent.pk).update(replies_count=F("replies_count") + 1)
        least = claim_media(account_id=account_id, media_ids=media_ids, status_id=status.pk) if media_ids else None
        if least == Status.MadeBy.ASSISTED and status.made_by == Status.MadeBy.HUMAN:
            status.made_by = least
            status.save(update_fields=["made_by"])
        _mention(status, parent)
        index_tags(status)
        note_direct(status)
        Profile.objects.filter(pk=account_id).update(
            statuses_count=F("statuses_count") + 1, last_status_at=status.created_at
        )
        events.record(
            "status.posted",
            account_id=account_id,
            subject_id=status.pk,
            data={
                "visibility": status.visibility,
                "made_by": status.made_by,
                "in_reply_to_account_id": status.in_reply_to_account_id,
            },
        )
        # Where Redis does not answer, the status stands and the sweep brings it round.
        after_commit(fan_out.delay, status.pk)
    return status


def delete_status(*, account_id: int, status_id: int) -> Status:
    """Delete one's own status, and with it every reblog: it is shown nowhere from now on. Raises NotFound.

    A reblog of one's own is taken back.
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
        Profile.objects.filter(pk=account_id).update(statuses_count=Greatest(F("statuses_count") - 1, 0))
        forget_direct(status)
        events.record("status.deleted", account_id=account_id, subject_id=status.pk)
        after_commit(announce.delay, status.pk, DELETE)
    return status


def _check_text(text: str, spoiler_text: str, *, has_media: bool) -> None:
    limit: int = settings.LONGEST_STATUS
    if "\0" in text or "\0" in spoiler_text:
        raise Problem("A status may not hold a null character.", field="status")
    if not text.strip() and not has_media:
        raise Problem("Validation failed: Text can't be blank", code="blank", field="status")
    if len(text) + len(spoiler_text) > limit:
        raise Problem(
            f"Validation failed: Text character limit of {limit} exceeded", code="too_long", field="status", limit=limit
        )


def _one_of(field: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise Problem(f"{field} is one of {', '.join(allowed)}.", field=field)


def _mention(status: Status, parent: Status | None) -> None:
    """Mentions and their notices; those whom the author's limitation hides the status from get no notice."""
    accounts = mentioned_accounts(f"{status.spoiler_text} {status.text}")
    Mention.objects.bulk_create([Mention(status=status, account=one) for one in accounts])
    spoken_to = {one.pk for one in accounts}
    if parent is not None and status.visibility in OPEN_VISIBILITIES:
        spoken_to.add(parent.account_id)
    spoken_to.discard(status.account_id)
    notify(
        [
            Notice(account_id=one, kind=Notice.Kind.MENTION, from_account_id=status.account_id, status=status)
            for one in sorted(spoken_to)
        ]
    )
