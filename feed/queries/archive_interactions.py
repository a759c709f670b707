"""What an account did with statuses and accounts, for its archive. What others wrote is named by its id, and no further."""

from collections.abc import Iterator

from django.db.models import F

from common.archive import ArchivePart, records_of
from feed.models import Bookmark, Endorsement, Favourite, Pin, Status, ThreadMute


def interaction_parts(account_id: int) -> Iterator[ArchivePart]:
    """Parts in the order in which they are written."""
    mine = {"account_id": account_id}
    reblogs = Status.objects.filter(reblog_of__isnull=False, **mine)
    shown = ("id", "reblog_of_id", "visibility", "created_at", "deleted_at")
    yield ArchivePart("reblogs", "What you reblogged.", records_of(reblogs, *shown))
    kept = (
        ("favourites", "What you like.", Favourite.objects.filter(**mine)),
        ("bookmarks", "What you keep.", Bookmark.objects.filter(**mine)),
        ("pins", "What you show first.", Pin.objects.filter(**mine)),
        (
            "muted_threads",
            "Threads, by their first status, that you hear no more of.",
            ThreadMute.objects.filter(**mine),
        ),
    )
    for name, words, found in kept:
        yield ArchivePart(name, words, records_of(found, "status_id", "at"))
    endorsed = Endorsement.objects.filter(source_id=account_id).annotate(username=F("target__username"))
    yield ArchivePart("endorsements", "Whom you show on your profile.", records_of(endorsed, "username", "at"))
