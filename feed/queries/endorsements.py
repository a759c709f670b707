"""Whom an account shows on its profile."""

from common.pagination import Page
from feed.models import Endorsement, Profile
from feed.queries.relationships import profiles_by_id
from feed.queries.visibility import SHOWN_AUTHORS


def endorsed_by(*, account_id: int, page: Page) -> tuple[list[Profile], list[int]]:
    """A page of those shown, newest first, and the ids of the rows, which the next page begins at."""
    shown = Endorsement.objects.filter(
        source_id=account_id, target__is_active=True, target__profile__restriction__in=SHOWN_AUTHORS
    )
    rows = page.of_rows(shown)
    found = profiles_by_id([row.target_id for row in rows])
    return [found[row.target_id] for row in rows if row.target_id in found], [row.pk for row in rows]
