"""Pages of rows by id: Mastodon's `max_id`, `since_id`, `min_id` with `Link` headers, and our own `cursor`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet

from common.problems import Problem

Row = TypeVar("Row", bound=Model)
LARGEST_ID = (1 << 63) - 1


@dataclass(frozen=True)
class Page:
    """Which rows a client asked for. `min_id` asks for those just above it, `since_id` for the newest above it."""

    limit: int
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None

    @classmethod
    def of(cls, parameters: Mapping[str, Any], *, default: int = 20, most: int = 40) -> "Page":
        """Read a page from query parameters; a `limit` above `most` is lowered to it, as Mastodon does."""
        limit = _number(parameters, "limit")
        limit = default if limit is None else limit
        if limit < 1:
            raise Problem(f"limit is a number from 1 to {most}.", field="limit", limit=most)
        ids = {name: _number(parameters, name) for name in ("max_id", "since_id", "min_id")}
        return cls(limit=min(limit, most), **ids)

    def of_rows(self, rows: QuerySet[Row], *, field: str = "pk") -> list[Row]:
        """The page's rows, newest first, in one query."""
        if self.max_id is not None:
            rows = rows.filter(**{f"{field}__lt": self.max_id})
        if self.since_id is not None:
            rows = rows.filter(**{f"{field}__gt": self.since_id})
        if self.min_id is not None:
            rows = rows.filter(**{f"{field}__gt": self.min_id})
            return list(rows.order_by(field)[: self.limit])[::-1]
        return list(rows.order_by(f"-{field}")[: self.limit])

    def link_header(self, url: str, ids: Sequence[int], *, more: Mapping[str, Any] | None = None) -> str:
        """RFC 8288 `next` and `prev` for a page that holds `ids` (newest first); empty for an empty page."""
        if not ids:
            return ""
        kept = {**(more or {}), "limit": str(self.limit)}
        older = f'<{url}?{urlencode({**kept, "max_id": ids[-1]}, doseq=True)}>; rel="next"'
        newer = f'<{url}?{urlencode({**kept, "min_id": ids[0]}, doseq=True)}>; rel="prev"'
        return f"{older}, {newer}"


def _number(parameters: Mapping[str, Any], name: str) -> int | None:
    value = parameters.get(name)
    if value in (None, ""):
        return None
    try:
        number = int(str(value))
    except ValueError as error:
        raise Problem(f"{name} is a whole number.", field=name) from error
    return max(-LARGEST_ID, min(number, LARGEST_ID))


def numbered_page(rows: QuerySet[Row], parameters: Mapping[str, Any]) -> tuple[list[Row], str | None]:
    """Our own endpoints' pages: `cursor` and `limit` in, rows (newest first) and the next cursor out."""
    page = Page.of({"limit": parameters.get("limit"), "max_id": parameters.get("cursor")}, most=100)
    found = Page(limit=page.limit + 1, max_id=page.max_id).of_rows(rows)
    shown = found[: page.limit]
    return shown, str(shown[-1].pk) if len(found) > page.limit else None
