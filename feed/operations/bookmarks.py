"""Bookmarks: what an account keeps for itself. They concern nobody else, so they need no personhood and leave no event."""

from feed.models import Bookmark
from feed.queries.statuses import original_for, original_id


def bookmark(*, account_id: int, status_id: int) -> None:
    """Keep a status, or the one that a reblog shows; twice changes nothing. Raises NotFound."""
    status = original_for(status_id=status_id, viewer_id=account_id)
    Bookmark.objects.get_or_create(account_id=account_id, status_id=status.pk)


def unbookmark(*, account_id: int, status_id: int) -> None:
    """Keep it no longer."""
    Bookmark.objects.filter(account_id=account_id, status_id=original_id(status_id)).delete()
