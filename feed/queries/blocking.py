"""Between which accounts a block or a mute stands: conditions for any query that has a column with an account's id."""

from typing import TypeVar

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from feed.models import Block, Mute

# An account's id, or in a subquery the outer query's column that holds one.
Viewer = int | OuterRef
SomeViewer = TypeVar("SomeViewer", int | OuterRef, int | OuterRef | None)


def inside(viewer_id: SomeViewer) -> SomeViewer | OuterRef:
    """The same viewer as seen from one subquery further in."""
    return OuterRef(viewer_id) if isinstance(viewer_id, OuterRef) else viewer_id


def blocks(viewer_id: Viewer, account: str = "account_id") -> Q:
    """The account in the column blocks the viewer."""
    return Q(Exists(Block.objects.filter(source_id=OuterRef(account), target_id=inside(viewer_id))))


def blocked_by(viewer_id: Viewer, account: str = "account_id") -> Q:
    """The viewer blocks the account in the column."""
    return Q(Exists(Block.objects.filter(source_id=inside(viewer_id), target_id=OuterRef(account))))


def muted_by(viewer_id: Viewer, account: str = "account_id") -> Q:
    """The viewer mutes the account in the column; a mute ends at its time, whether or not the sweep has seen it."""
    mutes = Mute.objects.filter(in_force(), source_id=inside(viewer_id), target_id=OuterRef(account))
    return Q(Exists(mutes))


def avoided_by(viewer_id: Viewer, account: str = "account_id") -> Q:
    """The viewer blocks or mutes the account: statuses that speak to it stay out of the viewer's home timeline too."""
    return blocked_by(viewer_id, account) | muted_by(viewer_id, account)


def unwanted_by(viewer_id: Viewer, account: str = "account_id") -> Q:
    """A block stands between them, or the viewer mutes the account: it is in none of the viewer's timelines."""
    return blocks(viewer_id, account) | avoided_by(viewer_id, account)


def in_force() -> Q:
    """Mutes whose time is not over."""
    return Q(expires_at=None) | Q(expires_at__gt=Now())
