"""Ends polls whose time has come: their author and all who voted are told, once."""

from django.db import transaction
from django.utils import timezone

from feed.jobs.notices import notify
from feed.models import Notice, Poll, PollVote

POLLS_IN_A_SWEEP = 200
NOTICES_AT_A_TIME = 1000


def close_due_polls() -> int:
    """Close what has ended, oldest first; gives the number of polls. One that another sweep holds is left to it."""
    due = Poll.objects.filter(closed_at=None, expires_at__lte=timezone.now()).order_by("expires_at")
    ids = list(due.values_list("pk", flat=True)[:POLLS_IN_A_SWEEP])
    return sum(close_poll(poll_id) for poll_id in ids)


def close_poll(poll_id: int) -> bool:
    """Tell everybody that a poll has ended, in the transaction that says that they were told."""
    with transaction.atomic():
        rows = Poll.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("status")
        poll = rows.filter(pk=poll_id, closed_at=None, expires_at__lte=timezone.now()).first()
        if poll is None:
            return False
        poll.closed_at = timezone.now()
        poll.save(update_fields=["closed_at"])
        if poll.status.deleted_at is None:
            voters = PollVote.objects.filter(poll=poll).values_list("account_id", flat=True).distinct()
            told = sorted(set(voters) | {poll.status.account_id})
            for start in range(0, len(told), NOTICES_AT_A_TIME):
                notify([_notice(poll, one) for one in told[start : start + NOTICES_AT_A_TIME]])
    return True


def _notice(poll: Poll, account_id: int) -> Notice:
    return Notice(
        account_id=account_id, kind=Notice.Kind.POLL, from_account_id=poll.status.account_id, status=poll.status
    )
