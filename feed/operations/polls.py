"""Vote."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from common import events
from common.problems import Problem
from feed.models import Poll, PollVote
from feed.queries.polls import poll_for
from feed.queries.writers import require_may_write


def vote(*, account_id: int, poll_id: int, choices: Sequence[int]) -> Poll:
    """Choose; where several may be chosen, more may be added later. Raises NotAllowed, NotFound, Problem.

    The poll's row is locked while its counts move, so that no two voters count for one.
    """
    require_may_write(account_id)
    poll_for(poll_id=poll_id, viewer_id=account_id)
    wanted = list(dict.fromkeys(choices))
    with transaction.atomic():
        poll = Poll.objects.select_for_update(no_key=True).select_related("status").get(pk=poll_id)
        chosen = set(PollVote.objects.filter(poll=poll, account_id=account_id).values_list("choice", flat=True))
        _check(poll, account_id, wanted, chosen)
        PollVote.objects.bulk_create([PollVote(poll=poll, account_id=account_id, choice=one) for one in wanted])
        for one in wanted:
            poll.counts[one] += 1
        poll.voters_count += 0 if chosen else 1
        poll.save(update_fields=["counts", "voters_count"])
        # What somebody chose is in no log: who took part is enough to count activity.
        events.record("poll.voted", account_id=account_id, subject_id=poll.status_id)
    return poll


def _check(poll: Poll, account_id: int, wanted: Sequence[int], chosen: set[int]) -> None:
    if poll.expires_at <= timezone.now():
        raise _invalid("The poll has already ended")
    if poll.status.account_id == account_id:
        raise _invalid("You cannot vote in your own polls")
    if not wanted:
        raise _invalid("Choices can't be blank")
    if any(one < 0 or one >= len(poll.options) for one in wanted):
        raise _invalid("The chosen vote option does not exist")
    # Mastodon says so of a second choice in one request too.
    if (not poll.multiple and len(chosen) + len(wanted) > 1) or chosen.intersection(wanted):
        raise _invalid("You have already voted on this poll")


def _invalid(sentence: str) -> Problem:
    return Problem(f"Validation failed: {sentence}", field="choices")
