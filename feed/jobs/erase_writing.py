"""Takes back what a closed account chose in others' polls, and forgets what it scheduled."""

from feed.models import Poll, PollVote, ScheduledStatus


def forget_writing(account_id: int) -> None:
    """Call it in the transaction that deletes the account's statuses. Polls are locked in the order of their ids."""
    ScheduledStatus.objects.filter(account_id=account_id).delete()
    votes = PollVote.objects.filter(account_id=account_id)
    polls = Poll.objects.filter(pk__in=votes.values("poll_id")).order_by("pk").select_for_update(no_key=True)
    for poll in polls:
        for choice in votes.filter(poll=poll).values_list("choice", flat=True):
            poll.counts[choice] = max(0, poll.counts[choice] - 1)
        poll.voters_count = max(0, poll.voters_count - 1)
        poll.save(update_fields=["counts", "voters_count"])
    votes.delete()
