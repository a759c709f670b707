"""One statement for many pages: which of the proposed statuses each viewer may see, and how they stand to them.

Everything that decides who sees what is asked of PostgreSQL at every read; Redis and the process only hold what was
rendered, under the versions of the rows that it was made from, which the same statement reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakSet

from django.db import connection
from django.db.models import BooleanField, Case, F, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from common.prepared import VIEWER, compiled, rows_of
from feed.models import Status
from feed.queries.hot.versions import RowVersion, Versions
from feed.queries.overlay import Overlay, overlay_from, relations
from feed.queries.visibility import in_home_of, visible_to
from identity.queries.personhood import personhood_version

PAGES = """
select asked.place, page.* from unnest($1::bigint[], $2::text[]) with ordinality asked(viewer, ids, place)
cross join lateral (
    select array_agg(distinct named.id) ids
    from feed_status s left join feed_status r on r.id = s.reblog_of_id
    left join feed_status q on q.id = coalesce(s.quote_of_id, r.quote_of_id)
    cross join lateral (values (s.id), (r.id), (s.quote_of_id), (r.quote_of_id), (q.quote_of_id)) named(id)
    where s.id = any(asked.ids::bigint[]) and named.id is not null
) named
cross join lateral ({page}) page
"""
FACTS = ("pk", "account_id", "reblog_of_id", "quote_of_id", "quote_state", "visibility")
# Planned once, and never by reading a whole table of favourites into memory to look up a page of them.
SESSION = "set plan_cache_mode = force_generic_plan; set jit = off; set work_mem = '64kB'; set hash_mem_multiplier = 1"
VERSIONS = ("version", "author_version")

_told: "WeakSet[Any]" = WeakSet()


@dataclass(slots=True)
class Checked:
    """A status as one viewer may see it now, by the versions of what is shown of it."""

    status_id: int
    account_id: int
    reblog_of_id: int | None
    quote_of_id: int | None
    quote_state: str
    version: str
    author_version: str
    overlay: Overlay


def check(kind: str, pages: Sequence[tuple[int | None, Sequence[int]]]) -> list[dict[int, Checked]]:
    """For each viewer and the ids proposed to them: those that they may see, with what these reblog and quote.

    All viewers are signed in, or none is. `kind` says what a page takes: see `CONDITIONS`.
    """
    viewers = [viewer for viewer, _ in pages]
    ids = ["{" + ",".join(map(str, proposed)) + "}" for _, proposed in pages]
    signed_in = viewers[0] is not None
    statement, names = _statement(kind, signed_in=signed_in)
    rows = execute(statement, [[one or 0 for one in viewers], ids])
    found: list[dict[int, Checked]] = [{} for _ in pages]
    for (
        place,
        pk,
        account_id,
        reblog_of,
        quote_of,
        quote_state,
        visibility,
        may,
        version,
        author_version,
        *held,
    ) in rows:
        if may:
            overlay = _overlay(names, held, viewers[place - 1], account_id, visibility)
            found[place - 1][pk] = Checked(
                pk, account_id, reblog_of, quote_of, quote_state, version, author_version, overlay
            )
    return found


def _overlay(
    names: tuple[str, ...], held: list[Any], viewer_id: int | None, account_id: int, visibility: str
) -> Overlay:
    if any(held) or account_id == viewer_id:
        columns = dict(zip(names, held, strict=True))
        return overlay_from(columns, viewer_id=viewer_id, account_id=account_id, visibility=visibility)
    return _untouched(names)


@lru_cache
def _untouched(names: tuple[str, ...]) -> Overlay:
    """The overlay of a stranger's status with which the viewer did nothing: most of them."""
    columns = {name: () if name == "votes" else False for name in names}
    return overlay_from(columns, viewer_id=0 if names else None, account_id=-1, visibility="")


def execute(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """As `rows_of`, on a connection that does nothing else: it is told never to read a whole table into memory."""
    connection.ensure_connection()
    held = connection.connection
    if held not in _told:
        held.execute(SESSION)
        _told.add(held)
    return rows_of(statement, parameters)


def _may(kind: str, viewer: int | None) -> Q:
    if kind == "home":
        assert viewer is not None  # noqa: S101 (nobody else has one)
        return in_home_of(viewer)
    return visible_to(viewer)


def _columns(kind: str, *, signed_in: bool) -> dict[str, Any]:
    viewer = VIEWER if signed_in else None
    proposed = RawSQL('"feed_status"."id" = any(asked.ids::bigint[])', [], output_field=BooleanField())
    shared = relations(viewer)
    visible = shared.pop("visible")
    return {
        "may": Case(When(Q(proposed), then=_truth(_may(kind, viewer))), default=visible, output_field=BooleanField()),
        "version": Versions(RowVersion(F("pk")), RowVersion(F("poll__pk")), _truth(Q(poll__expires_at__lte=Now()))),
        "author_version": Versions(RowVersion(F("account__profile__pk")), personhood_version("account_id")),
        **shared,
    }


def _truth(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


@lru_cache
def _statement(kind: str, *, signed_in: bool) -> tuple[str, tuple[str, ...]]:
    """The statement, and the names of the overlay's columns at the end of its rows."""
    named = RawSQL('"feed_status"."id" = any(named.ids)', [], output_field=BooleanField())
    columns = _columns(kind, signed_in=signed_in)
    rows = Status.objects.filter(Q(named)).annotate(**columns).values_list(*FACTS, *columns)
    return PAGES.format(page=compiled(rows, {VIEWER: "asked.viewer"})), tuple([*columns][1 + len(VERSIONS) :])
