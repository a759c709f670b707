"""What an account filters, and which statuses that concerns.

Mastodon marks what a filter matches, whatever the filter's contexts and action are, and leaves the rest to the client.
"""

import datetime as dt
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import structlog
from django.core.cache import cache
from django.db.models import Model, QuerySet
from django.utils import timezone
from redis.exceptions import RedisError

from common.problems import NotFound
from feed.models import Filter, FilterKeyword, FilterStatus, Status

log = structlog.get_logger(__name__)

Row = TypeVar("Row", bound=Model)

KEPT_SECONDS = 600
TAG = re.compile(r"<[^>]*>")
LINE = re.compile(r"<br\s*/?>|</p>")
WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter with all that it matches by: (keyword, whole word) and ids of statuses."""

    id: int
    title: str
    contexts: tuple[str, ...]
    action: str
    expires_at: dt.datetime | None
    keywords: tuple[tuple[str, bool], ...]
    status_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Match:
    """Why a filter concerns a status: the words found, as they stand in it, and the statuses that the filter names."""

    filter: ActiveFilter
    words: tuple[str, ...]
    status_ids: tuple[int, ...]


def filters_of(viewer_id: int | None) -> list[ActiveFilter]:
    """The viewer's filters that have not expired and match by something; one look into the cache, mostly empty."""
    if viewer_id is None:
        return []
    try:
        kept = cache.get(_key(viewer_id))
    except RedisError:
        log.warning("filters_not_kept")
        kept = None
    if kept is None:
        kept = _active(viewer_id)
        # What a writer has kept since outweighs what was read before.
        _keep(cache.add, viewer_id, kept)
    now = timezone.now()
    return [one for one in kept if one.expires_at is None or one.expires_at > now]


def keep_filters(viewer_id: int) -> None:
    """The viewer's filters have changed, and the change is committed."""
    _keep(cache.set, viewer_id, _active(viewer_id))


def filtered_for(
    viewer_id: int | None, statuses: Iterable[Status], context: str | None = None
) -> dict[int, list[Match]]:
    """Matches of statuses that were loaded `with_everything`, by their ids; without `context` those of every context."""
    filters = [one for one in filters_of(viewer_id) if context is None or context in one.contexts]
    if not filters:
        return {}
    found = {}
    for status in statuses:
        shown = status.reblog_of or status
        if matches := matches_of(filters, status_ids={status.pk, shown.pk}, text=searched_text(shown)):
            found[status.pk] = matches
    return found


def filtered_in(filters: Sequence[ActiveFilter], body: Mapping[str, Any]) -> list[Match]:
    """The same for a status as Mastodon's JSON."""
    shown = body.get("reblog") or body
    return matches_of(filters, status_ids={int(body["id"]), int(shown["id"])}, text=searched_text_in(shown))


def matches_of(filters: Sequence[ActiveFilter], *, status_ids: Iterable[int], text: str) -> list[Match]:
    """Of each filter that matches, the first word found and the statuses that it names."""
    ids, lowered = set(status_ids), text.lower()
    found = []
    for one in filters:
        word = _first_word(one, text, lowered)
        named = tuple(sorted(ids & one.status_ids))
        if word or named:
            found.append(Match(one, (word,) if word else (), named))
    return found


def searched_text(status: Status) -> str:
    """What keywords are looked for in: content warning, text, poll options, descriptions of media."""
    poll = getattr(status, "poll", None)
    options = poll.options if poll is not None else []
    return "\n\n".join([status.spoiler_text, status.text, *options, *(one.description for one in status.media.all())])


def searched_text_in(body: Mapping[str, Any]) -> str:
    """The same of a status as JSON."""
    content = html.unescape(TAG.sub("", LINE.sub("\n", body.get("content") or "")))
    options = [option["title"] for option in (body.get("poll") or {}).get("options", ())]
    descriptions = [media.get("description") or "" for media in body.get("media_attachments", ())]
    return "\n\n".join([body.get("spoiler_text") or "", content, *options, *descriptions])


def filter_of(*, account_id: int, filter_id: int) -> Filter:
    """One's own filter. Raises NotFound."""
    return _found(_filters(account_id).filter(pk=filter_id).first())


def all_filters_of(account_id: int) -> list[Filter]:
    """One's own filters, expired ones too, with their keywords and statuses."""
    return list(_filters(account_id).order_by("pk"))


def keyword_of(*, account_id: int, keyword_id: int) -> FilterKeyword:
    """A keyword of one's own. Raises NotFound."""
    return _found(keywords_of(account_id).filter(pk=keyword_id).first())


def keywords_of(account_id: int) -> QuerySet[FilterKeyword]:
    """All keywords of one's own filters, with their filter."""
    return FilterKeyword.objects.filter(filter__account_id=account_id).select_related("filter").order_by("pk")


def filter_status_of(*, account_id: int, entry_id: int) -> FilterStatus:
    """A status that one's own filter names. Raises NotFound."""
    rows = FilterStatus.objects.filter(filter__account_id=account_id, pk=entry_id)
    return _found(rows.select_related("filter").first())


def _filters(account_id: int) -> QuerySet[Filter]:
    return Filter.objects.filter(account_id=account_id).prefetch_related("keywords", "statuses")


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound("Record not found")
    return row


def _active(viewer_id: int) -> list[ActiveFilter]:
    rows = [
        ActiveFilter(
            id=row.pk,
            title=row.title,
            contexts=tuple(row.contexts),
            action=row.action,
            expires_at=row.expires_at,
            keywords=tuple((one.keyword, one.whole_word) for one in row.keywords.all()),
            status_ids=frozenset(one.status_id for one in row.statuses.all()),
        )
        for row in all_filters_of(viewer_id)
    ]
    return [row for row in rows if row.keywords or row.status_ids]


def _keep(how: Any, viewer_id: int, filters: list[ActiveFilter]) -> None:
    try:
        how(_key(viewer_id), filters, KEPT_SECONDS)
    except RedisError:
        log.warning("filters_not_kept")


def _key(viewer_id: int) -> str:
    return f"filters:{viewer_id}"


def _first_word(one: ActiveFilter, text: str, lowered: str) -> str:
    for keyword, whole_word in one.keywords:
        # Looking for a plain text is quick, and most keywords are not there.
        if keyword.lower() in lowered and (match := _pattern(keyword, whole_word).search(text)):
            return match.group(0)
    return ""


@lru_cache(maxsize=5000)
def _pattern(keyword: str, whole_word: bool) -> re.Pattern[str]:
    """A bound stands only where the keyword begins or ends with a character of words, as in Mastodon."""
    start = r"\b" if whole_word and WORD.match(keyword[0]) else ""
    end = r"\b" if whole_word and WORD.match(keyword[-1]) else ""
    return re.compile(f"{start}{re.escape(keyword)}{end}", re.IGNORECASE)
