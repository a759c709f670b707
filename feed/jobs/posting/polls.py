"""Writes the poll of a status."""

from datetime import timedelta

from django.utils import timezone

from feed.models import Poll, Status
from feed.queries.poll_wishes import PollWish


def make_poll(status: Status, wish: PollWish) -> Poll:
    """A poll that opens now."""
    return Poll.objects.create(
        status=status,
        options=list(wish.options),
        counts=[0] * len(wish.options),
        multiple=wish.multiple,
        hide_totals=wish.hide_totals,
        expires_at=timezone.now() + timedelta(seconds=wish.expires_in),
    )


def change_poll(status: Status, wish: PollWish | None) -> bool:
    """Give an edited status the poll asked for; gives whether anything is another now.

    Other options, or another number of choices, make votes mean something else: they begin at nothing again.
    """
    poll = Poll.objects.select_for_update(no_key=True).filter(status=status).first()
    if wish is None:
        if poll is not None:
            poll.delete()
        return poll is not None
    if poll is None:
        make_poll(status, wish)
        return True
    asked_anew = (list(wish.options), wish.multiple) != (poll.options, poll.multiple)
    if asked_anew:
        poll.votes.all().delete()
        poll.options, poll.counts = list(wish.options), [0] * len(wish.options)
        poll.multiple, poll.voters_count = wish.multiple, 0
    hidden_anew = poll.hide_totals != wish.hide_totals
    poll.hide_totals = wish.hide_totals
    poll.expires_at = timezone.now() + timedelta(seconds=wish.expires_in)
    poll.closed_at = None
    poll.save()
    # A later end alone is no other question, and clients send the duration with every edit.
    return asked_anew or hidden_anew
