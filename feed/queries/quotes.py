"""Who may quote a status, and who has."""

from common.pagination import Page
from common.problems import NotFound, Problem
from feed.models import Status
from feed.queries.statuses import original_for, target_for, with_everything
from feed.queries.visibility import OPEN_VISIBILITIES, may_be_quoted_by, visible_to, wanted_by

ACCEPTED = "accepted"
REVOKED = "revoked"
DELETED = "deleted"
POLICIES = ("public", "followers", "nobody")


def quotable(*, status_id: int, viewer_id: int) -> Status:
    """The status to quote, for a reblog the one that it shows.

    Raises NotFound also where its author does not want it quoted, NotAllowed where the viewer blocks the author.
    """
    shown = target_for(status_id=status_id, account_id=viewer_id)
    if not Status.objects.filter(may_be_quoted_by(viewer_id), pk=shown.pk).exists():
        raise NotFound("The post to quote was not found, or may not be quoted")
    return shown


def checked_policy(policy: str, *, visibility: str) -> str:
    """A policy as a status with this visibility may have it: what is not open is quoted by its author alone. Raises Problem."""
    if policy not in POLICIES:
        raise Problem(f"quote_approval_policy is one of {', '.join(POLICIES)}.", field="quote_approval_policy")
    return policy if visibility in OPEN_VISIBILITIES else "nobody"


def quotes_of(*, status_id: int, viewer_id: int | None, page: Page) -> list[Status]:
    """A page of statuses that quote this one, as far as the viewer may see them. Raises NotFound."""
    shown = original_for(status_id=status_id, viewer_id=viewer_id)
    return page.of_rows(
        with_everything(
            Status.objects.filter(visible_to(viewer_id), wanted_by(viewer_id), quote_of=shown, quote_state=ACCEPTED)
        )
    )
