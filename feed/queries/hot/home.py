"""The home timelines of many callers at once, as bytes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from common.authentication import scope_allows
from common.pagination import Page
from common.rate_limits import Allowance, Window, api_window
from common.redis import client
from feed.queries import home_store
from feed.queries.home_timeline import ACTIVITY_NOTED_EVERY, note_reading
from feed.queries.hot.assembling import Assembly
from feed.queries.hot.checking import Checked, check
from feed.queries.hot.tokens import Caller, callers

log = structlog.get_logger(__name__)

SCOPE = "read:statuses"
# Asked for beside the page, in the place of those that Redis still proposes and that are not to be shown any more.
SPARE = 10
MOST_NOTED = 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a page of home."""

    token: str
    address: str
    page: Page


@dataclass(frozen=True, slots=True)
class Answered:
    """The body, the ids on the page, newest first, and what is left of the caller's rate limit."""

    body: bytes
    ids: list[int]
    allowance: Allowance


_noted: dict[int, float] = {}


def read_homes(asked: Sequence[Asked]) -> list[Answered | None]:
    """A page for each, in two round trips to PostgreSQL and one to Redis, and one more for parts that are not at hand.

    None for a request that is to be answered in the ordinary way: every refusal, and whatever is rare. Such a one is
    counted against the rate limit twice.
    """
    known = callers({one.token for one in asked})
    may_read = [
        (place, one, who)
        for place, one in enumerate(asked)
        if (who := known.get(one.token)) is not None
        and scope_allows(who.scopes, SCOPE)
        and not who.has_filters
        and not who.follows_very_many
    ]
    answers: list[Answered | None] = [None] * len(asked)
    if not may_read:
        return answers
    _note([who.account_id for _, _, who in may_read])
    proposals = _propose([(one, who) for _, one, who in may_read])
    pages = [
        (place, who.account_id, one.page, proposal)
        for (place, one, who), proposal in zip(may_read, proposals, strict=True)
        if proposal is not None
    ]
    if not pages:
        return answers
    checked = check("home", [(viewer, proposal.ids) for _, viewer, _, proposal in pages])
    assembly = Assembly(checked)
    for (place, viewer, page, proposal), rows in zip(pages, checked, strict=True):
        ids = _shown(page, proposal, rows)
        body = assembly.page(viewer, ids, rows) if ids is not None else None
        if ids is not None and body is not None:
            answers[place] = Answered(body, ids, proposal.allowance)
    return answers


@dataclass(frozen=True, slots=True)
class _Proposal:
    ids: list[int]
    may_hold_more: bool
    allowance: Allowance


def _propose(requests: Sequence[tuple[Asked, Caller]]) -> list[_Proposal | None]:
    pipeline = client().pipeline(transaction=False)
    windows: list[Window] = []
    for asked, caller in requests:
        window = api_window(caller.account_id, asked.address)
        window.count_in(pipeline)
        windows.append(window)
        page = asked.page
        home_store.begin_reading(
            pipeline,
            caller.account_id,
            limit=page.limit + SPARE,
            newer_than=page.min_id if page.min_id is not None else page.since_id,
            older_than=page.max_id,
            oldest_first=page.min_id is not None,
        )
    results = iter(pipeline.execute())
    proposals: list[_Proposal | None] = []
    for (asked, _), window in zip(requests, windows, strict=True):
        count, _, ready, size, members = (next(results) for _ in range(5))
        allowance = window.allowance(count)
        kept = home_store.what_was_read(ready, size, members)
        if kept is None or allowance.exceeded:
            proposals.append(None)
            continue
        ids, is_full = kept
        whole = len(ids) == asked.page.limit + SPARE
        beyond = is_full and not whole and asked.page.min_id is None
        proposals.append(_Proposal(ids, whole or beyond, allowance))
    return proposals


def _shown(page: Page, proposal: _Proposal, rows: dict[int, Checked]) -> list[int] | None:
    """Ids of the page, newest first; None where too few of those proposed are left and there are more elsewhere."""
    shown = [pk for pk in proposal.ids if pk in rows][: page.limit]
    if len(shown) < page.limit and proposal.may_hold_more:
        return None
    return shown[::-1] if page.min_id is not None else shown


def _note(account_ids: Sequence[int]) -> None:
    """Who reads is noted once an hour, and asked of the database as seldom."""
    now = time.monotonic()
    late = [one for one in account_ids if now - _noted.get(one, float("-inf")) > ACTIVITY_NOTED_EVERY.total_seconds()]
    if not late:
        return
    note_reading(late)
    if len(_noted) > MOST_NOTED:
        _noted.clear()
    _noted.update(dict.fromkeys(late, now))
