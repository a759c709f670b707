"""Pages put together from parts: the same bytes as `statuses_json` gives through a view."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from feed.queries.hot.checking import Checked
from feed.queries.hot.kept import AUTHORS, STATUSES
from feed.queries.hot.parts import Part, encoded
from feed.queries.overlay import Overlay
from feed.queries.rendering.statuses import quote_shown


class Assembly:
    """Puts pages together whose rows were checked, for viewers that may differ."""

    def __init__(self, pages: Sequence[Mapping[int, Checked]]) -> None:
        versions = {pk: row.version for page in pages for pk, row in page.items()}
        authors = {row.account_id: row.author_version for page in pages for row in page.values()}
        self._statuses: Mapping[int, Part] = STATUSES.parts(versions)
        self._authors: Mapping[int, Part] = AUTHORS.parts(authors)

    def page(self, viewer_id: int | None, ids: Sequence[int], rows: Mapping[int, Checked]) -> bytes | None:
        """A JSON list; None when a row has gone since it was checked."""
        pieces = []
        for pk in ids:
            piece = self._status(viewer_id, rows[pk], rows)
            if piece is None:
                return None
            pieces.append(piece)
        return b"[" + b",".join(pieces) + b"]"

    def _status(
        self, viewer_id: int | None, row: Checked, rows: Mapping[int, Checked], *, quoted: bool = False
    ) -> bytes | None:
        part, author = self._statuses.get(row.status_id), self._authors.get(row.account_id)
        if part is None or author is None:
            return None
        reblog, quote, poll, overlay = b"null", b"null", b"null", row.overlay
        if row.reblog_of_id is not None:
            inner = rows.get(row.reblog_of_id)
            shown = self._status(viewer_id, inner, rows) if inner is not None else None
            if inner is None or shown is None:
                return None
            reblog, overlay = shown, row.overlay.of_a_reblog(inner.overlay)
        if row.quote_state:
            made = self._quote(viewer_id, row, rows, quoted=quoted)
            if made is None:
                return None
            quote = made
        if part.poll:
            poll = part.poll + _tail(encoded(overlay.poll_json(is_author=row.account_id == viewer_id)))
        return b"".join(
            (
                part.body,
                b',"account":',
                author.body,
                b',"reblog":',
                reblog,
                b',"quote":',
                quote,
                b',"poll":',
                poll,
                _overlay(overlay),
            )
        )

    def _quote(self, viewer_id: int | None, row: Checked, rows: Mapping[int, Checked], *, quoted: bool) -> bytes | None:
        other = rows.get(row.quote_of_id) if row.quote_of_id is not None else None
        avoided = other.overlay.avoided if other is not None else ""
        state, shown = quote_shown(
            row.quote_state, exists=row.quote_of_id is not None, visible=other is not None, avoided=avoided
        )
        if quoted:
            return encoded({"state": state, "quoted_status_id": str(row.quote_of_id) if shown else None})
        if not shown or other is None:
            return encoded({"state": state, "quoted_status": None})
        inner = self._status(viewer_id, other, rows, quoted=True)
        return None if inner is None else b'{"state":' + encoded(state) + b',"quoted_status":' + inner + b"}"


@lru_cache(maxsize=1000)
def _common(flags: tuple[bool | None, ...], quotable_by: str) -> bytes:
    favourited, reblogged, muted, bookmarked, pinned, may_quote = flags
    overlay = Overlay(
        favourited=favourited,
        reblogged=reblogged,
        muted=muted,
        bookmarked=bookmarked,
        pinned=pinned,
        may_quote=may_quote,
        quotable_by=quotable_by,
    )
    return _tail(encoded(overlay.json()))


def _overlay(overlay: Overlay) -> bytes:
    if overlay.filtered:
        return _tail(encoded(overlay.json()))
    flags = (overlay.favourited, overlay.reblogged, overlay.muted, overlay.bookmarked, overlay.pinned)
    return _common((*flags, overlay.may_quote), overlay.quotable_by)


def _tail(body: bytes) -> bytes:
    """What follows the last field of an object: further fields and the brace."""
    return b"}" if body == b"{}" else b"," + body[1:]
