"""How a viewer stands to statuses: what is added to the JSON that all see, and is never kept with it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, CharField, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When

from common.prepared import VIEWER, among, compiled, rows_of
from feed.models import Bookmark, Favourite, Pin, PollVote, Status, ThreadMute
from feed.queries.blocking import blocked_by, muted_by
from feed.queries.visibility import OPEN_VISIBILITIES, may_be_quoted_by, visible_to


@dataclass(frozen=True, slots=True)
class Overlay:
    """`favourited`, `reblogged` and so on are None where nobody is signed in; `votes` are the places chosen in its poll.

    `quotable_by` is public, followers or nobody; `avoided` is the state of quotes of it where the viewer blocks or mutes its author.
    """

    visible: bool = False
    favourited: bool | None = None
    reblogged: bool | None = None
    muted: bool | None = None
    bookmarked: bool | None = None
    pinned: bool | None = None
    quotable_by: str = "nobody"
    may_quote: bool | None = None
    avoided: str = ""
    votes: tuple[int, ...] = ()
    filtered: tuple[dict[str, Any], ...] = ()

    def json(self) -> dict[str, Any]:
        """The viewer's fields of a Status; like Mastodon's most are not there where nobody is signed in."""
        approval = {
            "automatic": [] if self.quotable_by == "nobody" else [self.quotable_by],
            "manual": [],
            "current_user": {None: "unknown", True: "automatic", False: "denied"}[self.may_quote],
        }
        if self.favourited is None:
            return {"quote_approval": approval}
        body: dict[str, Any] = {
            "quote_approval": approval,
            "favourited": self.favourited,
            "reblogged": self.reblogged,
            "muted": self.muted,
            "bookmarked": self.bookmarked,
        }
        if self.pinned is not None:
            body["pinned"] = self.pinned
        return body | {"filtered": list(self.filtered)}

    def of_a_reblog(self, shown: "Overlay") -> "Overlay":
        """The overlay of a reblog: clients look there for what the viewer did with the status that it shows."""
        return replace(
            self,
            favourited=shown.favourited,
            reblogged=shown.reblogged,
            muted=shown.muted,
            bookmarked=shown.bookmarked,
            quotable_by=shown.quotable_by,
            may_quote=shown.may_quote,
        )

    def poll_json(self, *, is_author: bool) -> dict[str, Any]:
        """The viewer's fields of a Poll."""
        if self.favourited is None:
            return {}
        return {"voted": is_author or bool(self.votes), "own_votes": list(self.votes)}


NOTHING = Overlay()


def overlays_for(*, viewer_id: int | None, status_ids: Iterable[int]) -> dict[int, Overlay]:
    """The overlay of each status, by its id, in one query; those that are gone are left out."""
    statement, names = _statement(signed_in=viewer_id is not None)
    asked: list[Any] = [list(status_ids)]
    rows = rows_of(statement, asked if viewer_id is None else [*asked, viewer_id])
    return {
        pk: overlay_from(
            dict(zip(names, values, strict=True)), viewer_id=viewer_id, account_id=account_id, visibility=visibility
        )
        for pk, account_id, visibility, *values in rows
    }


@lru_cache
def _statement(*, signed_in: bool) -> tuple[str, tuple[str, ...]]:
    columns = relations(VIEWER if signed_in else None)
    rows = Status.objects.filter(among('"feed_status"."id"', "$1::bigint[]")).annotate(**columns)
    named = rows.values_list("pk", "account_id", "visibility", *columns)
    return compiled(named, {VIEWER: "$2::bigint"}), tuple(columns)


def overlay_from(columns: dict[str, Any], *, viewer_id: int | None, account_id: int, visibility: str) -> Overlay:
    """The overlay of one status from what was read under the names of `relations`; `account_id` is its author."""
    if viewer_id is None:
        return Overlay(**columns)
    may_pin = account_id == viewer_id and visibility != Status.Visibility.DIRECT
    return Overlay(**columns | {"votes": tuple(columns["votes"]), "pinned": columns["pinned"] if may_pin else None})


def relations(viewer_id: int | None) -> dict[str, Any]:
    """Columns of a query of statuses that say how the viewer stands to each."""
    is_open = Q(visibility__in=OPEN_VISIBILITIES)
    shared = {
        "visible": ExpressionWrapper(visible_to(viewer_id), output_field=BooleanField()),
        "quotable_by": Case(When(is_open, then=F("quote_policy")), default=Value("nobody"), output_field=CharField()),
    }
    if viewer_id is None:
        return shared
    own = {"account_id": viewer_id, "status_id": OuterRef("pk")}
    votes = PollVote.objects.filter(poll__status_id=OuterRef("pk"), account_id=viewer_id).order_by("pk")
    return {
        **shared,
        # What nobody quotes need not be asked about.
        "avoided": Case(
            When(quotes_count=0, then=Value("")),
            When(blocked_by(viewer_id), then=Value("blocked_account")),
            When(muted_by(viewer_id), then=Value("muted_account")),
            default=Value(""),
            output_field=CharField(),
        ),
        "may_quote": ExpressionWrapper(may_be_quoted_by(viewer_id), output_field=BooleanField()),
        "favourited": Exists(Favourite.objects.filter(**own)),
        "reblogged": Exists(Status.objects.filter(account_id=viewer_id, reblog_of_id=OuterRef("pk"), deleted_at=None)),
        "muted": Exists(ThreadMute.objects.filter(account_id=viewer_id, status_id=OuterRef("root_id"))),
        "bookmarked": Exists(Bookmark.objects.filter(**own)),
        "pinned": Exists(Pin.objects.filter(**own)),
        "votes": ArraySubquery(votes.values("choice")),
    }
