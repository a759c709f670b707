"""Who liked and reblogged a status, and what an account has liked and kept. Pages go by the row of the like itself."""

from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from common.pagination import Page
from feed.models import Bookmark, Favourite, Profile, Status
from feed.queries.blocking import unwanted_by
from feed.queries.relationships import profiles_by_id
from feed.queries.statuses import original_for, with_everything
from feed.queries.visibility import OPEN_VISIBILITIES, SHOWN_AUTHORS, visible_to

Kept = TypeVar("Kept", Favourite, Bookmark)


def favourited_by(*, status_id: int, viewer_id: int | None, page: Page) -> tuple[list[Profile], list[int]]:
    """A page of those who like a status, newest first, and the ids of the likes. Raises NotFound."""
    shown = original_for(status_id=status_id, viewer_id=viewer_id)
    rows = page.of_rows(Favourite.objects.filter(_by_somebody_for(viewer_id), status=shown))
    return _profiles([row.account_id for row in rows]), [row.pk for row in rows]


def reblogged_by(*, status_id: int, viewer_id: int | None, page: Page) -> tuple[list[Profile], list[int]]:
    """A page of those who reblogged a status openly, newest first, and the ids of the reblogs. Raises NotFound."""
    shown = original_for(status_id=status_id, viewer_id=viewer_id)
    rows = page.of_rows(
        Status.objects.filter(
            _by_somebody_for(viewer_id), reblog_of=shown, deleted_at=None, visibility__in=OPEN_VISIBILITIES
        )
    )
    return _profiles([row.account_id for row in rows]), [row.pk for row in rows]


def favourites_of(*, account_id: int, page: Page) -> tuple[list[Status], list[int]]:
    """A page of what an account likes and may still see, the newest like first, and the ids of the likes."""
    return _kept(Favourite.objects.filter(account_id=account_id), account_id, page)


def bookmarks_of(*, account_id: int, page: Page) -> tuple[list[Status], list[int]]:
    """A page of what an account has kept, as `favourites_of`."""
    return _kept(Bookmark.objects.filter(account_id=account_id), account_id, page)


def _kept(rows: QuerySet[Kept], account_id: int, page: Page) -> tuple[list[Status], list[int]]:
    seen = Status.objects.filter(visible_to(account_id), pk=OuterRef("status_id"))
    chosen = page.of_rows(rows.filter(Exists(seen)))
    found = {
        status.pk: status for status in with_everything(Status.objects.filter(pk__in=[row.status_id for row in chosen]))
    }
    both = [(found[row.status_id], row.pk) for row in chosen if row.status_id in found]
    return [status for status, _ in both], [pk for _, pk in both]


def _by_somebody_for(viewer_id: int | None) -> Q:
    """Rows of accounts that are shown, and that the viewer neither mutes nor blocks, nor is blocked by."""
    shown = Q(account__is_active=True, account__profile__restriction__in=SHOWN_AUTHORS)
    return shown if viewer_id is None else shown & ~unwanted_by(viewer_id)


def _profiles(account_ids: list[int]) -> list[Profile]:
    found = profiles_by_id(account_ids)
    return [found[one] for one in account_ids if one in found]
