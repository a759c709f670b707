"""Which of some statuses a viewer may see, asked in a prepared statement: nearly every request asks it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from common.prepared import VIEWER, among, compiled, rows_of
from feed.models import Status
from feed.queries.visibility import visible_to, wanted_by


def those_visible(status_ids: Sequence[int], *, viewer_id: int | None, wanted: bool = False) -> set[int]:
    """Those of `status_ids` for which `visible_to` holds, and with `wanted` also `wanted_by`. In one query."""
    if not status_ids:
        return set()
    asked: list[Any] = [list(status_ids)]
    statement = _statement(signed_in=viewer_id is not None, wanted=wanted)
    return {pk for (pk,) in rows_of(statement, asked if viewer_id is None else [*asked, viewer_id])}


@lru_cache
def _statement(*, signed_in: bool, wanted: bool) -> str:
    viewer = VIEWER if signed_in else None
    rows = Status.objects.filter(among('"feed_status"."id"', "$1::bigint[]"), visible_to(viewer))
    if wanted:
        rows = rows.filter(wanted_by(viewer))
    return compiled(rows.values_list("pk"), {VIEWER: "$2::bigint"})
