"""Writes a status and all that hangs on it."""

from collections.abc import Callable

from django.db.models import F

from common import events
from common.after_commit import after_commit
from common.languages import identify
from feed.jobs.conversations import note_direct
from feed.jobs.counts import count, counted_by
from feed.jobs.posting.cards import card_of, is_to_fetch
from feed.jobs.posting.media import attach_media
from feed.jobs.posting.mentions import mention
from feed.jobs.posting.polls import make_poll
from feed.jobs.quotes import attach_quote
from feed.jobs.tags import index_tags
from feed.models import PreviewCard, Profile, Status
from feed.queries.drafts import Draft

Nudge = Callable[[int], object]


def write_status(draft: Draft, *, fan_out: Nudge, fetch_card: Nudge) -> Status:
    """Write a draft; call it in a transaction. The two nudges wake a worker for what the rows already ask for.

    Raises Problem for media that may not be attached.
    """
    wish, parent = draft.wish, draft.parent
    card = card_of(draft.text, draft.visibility)
    found_language, found_language_score = identify(draft.text)
    status = Status.objects.create(
        account_id=wish.account_id,
        text=draft.text,
        spoiler_text=draft.spoiler_text,
        sensitive=draft.sensitive,
        language=draft.language,
        found_language=found_language,
        found_language_score=found_language_score,
        visibility=draft.visibility,
        in_reply_to=parent,
        in_reply_to_account_id=parent.account_id if parent else None,
        made_by=draft.made_by,
        for_training=wish.for_training,
        quote_policy=draft.quote_policy,
        application_id=wish.application_id,
        card=card,
    )
    status.root_id = (parent.root_id or parent.pk) if parent else status.pk
    least = attach_media(account_id=wish.account_id, media_ids=wish.media_ids, status_id=status.pk)
    if least == Status.MadeBy.ASSISTED and status.made_by == Status.MadeBy.HUMAN:
        status.made_by = least
    status.save(update_fields=["root_id", "made_by"])
    if draft.quoted is not None:
        attach_quote(status, draft.quoted)
    if wish.poll is not None:
        make_poll(status, wish.poll)
    if parent_id := counted_by(status):
        count(parent_id, "replies_count", 1)
    mention(status, draft.mentioned, parent=parent)
    index_tags(status)
    note_direct(status)
    events.record(
        "status.posted",
        account_id=wish.account_id,
        subject_id=status.pk,
        data={
            "visibility": status.visibility,
            "made_by": status.made_by,
            "in_reply_to_account_id": status.in_reply_to_account_id,
        },
    )
    # Last, as the author's other statuses of the same moment wait for this row.
    Profile.objects.filter(pk=wish.account_id).update(
        statuses_count=F("statuses_count") + 1, last_status_at=status.created_at
    )
    # Where Redis does not answer, the status stands and the sweeps bring it round.
    after_commit(fan_out, status.pk)
    nudge_card(card, fetch_card)
    return status


def nudge_card(card: PreviewCard | None, fetch_card: Nudge) -> None:
    """Wake a worker for a page that is not fetched yet."""
    if card is not None and is_to_fetch(card):
        after_commit(fetch_card, card.pk)
