"""Polls as far as somebody may see them."""

from common.problems import NotFound
from feed.models import Poll, PollVote, Status
from feed.queries.visibility import visible_to


def poll_for(*, poll_id: int, viewer_id: int | None) -> Poll:
    """A poll with its status. Raises NotFound also where the viewer may not see the status."""
    poll = Poll.objects.select_related("status").filter(pk=poll_id).first()
    if poll is None or not Status.objects.filter(visible_to(viewer_id), pk=poll.status_id).exists():
        raise NotFound("Record not found")
    return poll


def own_votes(*, poll_id: int, account_id: int) -> list[int]:
    """What an account chose, in the order in which it did."""
    votes = PollVote.objects.filter(poll_id=poll_id, account_id=account_id).order_by("pk")
    return list(votes.values_list("choice", flat=True))
