"""What an account wrote beside its statuses, for its archive: what they said before, its polls and votes, what waits."""

from collections.abc import Iterator

from common.archive import ArchivePart, records_of
from feed.models import Poll, PollVote, ScheduledStatus, StatusEdit


def writing_parts(account_id: int) -> Iterator[ArchivePart]:
    """Parts in the order in which they are written."""
    edits = StatusEdit.objects.filter(status__account_id=account_id)
    shown: tuple[str, ...] = ("status_id", "text", "spoiler_text", "sensitive", "language", "media", "poll", "at")
    yield ArchivePart("edits", "What your posts said before you changed them, and after.", records_of(edits, *shown))
    polls = Poll.objects.filter(status__account_id=account_id)
    shown = ("id", "status_id", "options", "counts", "voters_count", "multiple", "hide_totals", "expires_at")
    yield ArchivePart("polls", "What you asked, and how many chose what.", records_of(polls, *shown))
    votes = PollVote.objects.filter(account_id=account_id)
    about = "What you chose in polls: the place of the option, from 0."
    yield ArchivePart("votes", about, records_of(votes, "poll_id", "choice", "at"))
    scheduled = ScheduledStatus.objects.filter(account_id=account_id)
    shown = ("id", "at", "parameters", "posted_at", "status_id", "failed", "created_at")
    yield ArchivePart("scheduled", "What you scheduled.", records_of(scheduled, *shown))
