"""How a viewer stands to statuses: what is added to the JSON that all see, and is never kept with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef

from feed.models import Bookmark, Favourite, Pin, PollVote, Status, ThreadMute
from feed.queries.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Overlay:
    """`favourited`, `reblogged` and so on are None where nobody is signed in; `votes` are the places chosen in its poll."""

    visible: bool = False
    favourited: bool | None = None
    reblogged: bool | None = None
    muted: bool | None = None
    bookmarked: bool | None = None
    pinned: bool | None = None
    votes: tuple[int, ...] = ()
    filtered: tuple[dict[str, Any], ...] = ()

    def json(self) -> dict[str, Any]:
        """The viewer's fields of a Status; like Mastodon's they are not there where nobody is signed in."""
        if self.favourited is None:
            return {}
        body: dict[str, Any] = {
            "favourited": self.favourited,
            "reblogged": self.reblogged,
            "muted": self.muted,
            "bookmarked": self.bookmarked,
        }
        if self.pinned is not None:
            body["pinned"] = self.pinned
        return body | {"filtered": list(self.filtered)}

    def poll_json(self, *, is_author: bool) -> dict[str, Any]:
        """The viewer's fields of a Poll."""
        if self.favourited is None:
            return {}
        return {"voted": is_author or bool(self.votes), "own_votes": list(self.votes)}


NOTHING = Overlay()


def overlays_for(*, viewer_id: int | None, status_ids: Iterable[int]) -> dict[int, Overlay]:
    """The overlay of each status, by its id, in one query; those that are gone are left out."""
    rows = Status.objects.filter(pk__in=list(status_ids))
    columns = relations(viewer_id)
    found = {}
    for pk, author_id, visibility, *values in rows.annotate(**columns).values_list(
        "pk", "account_id", "visibility", *columns
    ):
        held = dict(zip(columns, values, strict=True))
        if viewer_id is None:
            found[pk] = Overlay(**held)
            continue
        pinned = held.pop("pinned")
        votes = tuple(held.pop("votes"))
        may_pin = author_id == viewer_id and visibility != Status.Visibility.DIRECT
        found[pk] = Overlay(**held, votes=votes, pinned=pinned if may_pin else None)
    return found


def relations(viewer_id: int | None) -> dict[str, Any]:
    """Columns of a query of statuses that say how the viewer stands to each."""
    visible = ExpressionWrapper(visible_to(viewer_id), output_field=BooleanField())
    if viewer_id is None:
        return {"visible": visible}
    own = {"account_id": viewer_id, "status_id": OuterRef("pk")}
    votes = PollVote.objects.filter(poll__status_id=OuterRef("pk"), account_id=viewer_id).order_by("choice")
    return {
        "visible": visible,
        "favourited": Exists(Favourite.objects.filter(**own)),
        "reblogged": Exists(Status.objects.filter(account_id=viewer_id, reblog_of_id=OuterRef("pk"), deleted_at=None)),
        "muted": Exists(ThreadMute.objects.filter(account_id=viewer_id, status_id=OuterRef("root_id"))),
        "bookmarked": Exists(Bookmark.objects.filter(**own)),
        "pinned": Exists(Pin.objects.filter(**own)),
        "votes": ArraySubquery(votes.values("choice")),
    }
