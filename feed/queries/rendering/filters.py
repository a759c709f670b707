"""Filters as Mastodon's JSON, in both versions of its API."""

from collections.abc import Iterable
from typing import Any

from feed.models import Filter, FilterKeyword, FilterStatus
from feed.queries.filters import ActiveFilter, Match
from feed.queries.rendering.accounts import moment


def filter_json(row: Filter) -> dict[str, Any]:
    """Mastodon's Filter with what it matches by; `keywords` and `statuses` should be loaded."""
    keywords = sorted(row.keywords.all(), key=lambda one: one.pk)
    statuses = sorted(row.statuses.all(), key=lambda one: one.pk)
    return {
        **_head(row, row.contexts),
        "keywords": [keyword_json(one) for one in keywords],
        "statuses": [filter_status_json(one) for one in statuses],
    }


def keyword_json(row: FilterKeyword) -> dict[str, Any]:
    """Mastodon's FilterKeyword."""
    return {"id": str(row.pk), "keyword": row.keyword, "whole_word": row.whole_word}


def filter_status_json(row: FilterStatus) -> dict[str, Any]:
    """Mastodon's FilterStatus."""
    return {"id": str(row.pk), "status_id": str(row.status_id)}


def old_filter_json(row: FilterKeyword) -> dict[str, Any]:
    """Mastodon's V1::Filter, which is one keyword."""
    return {
        "id": str(row.pk),
        "phrase": row.keyword,
        "context": row.filter.contexts,
        "whole_word": row.whole_word,
        "expires_at": moment(row.filter.expires_at),
        "irreversible": row.filter.action == Filter.Action.HIDE,
    }


def results_json(matches: Iterable[Match]) -> list[dict[str, Any]]:
    """Mastodon's FilterResults: `filtered` of a status."""
    return [
        {
            "filter": _head(match.filter, match.filter.contexts),
            "keyword_matches": list(match.words) or None,
            "status_matches": [str(one) for one in match.status_ids] or None,
        }
        for match in matches
    ]


def _head(row: Filter | ActiveFilter, contexts: Iterable[str]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "title": row.title,
        "context": list(contexts),
        "expires_at": moment(row.expires_at),
        "filter_action": row.action,
    }
