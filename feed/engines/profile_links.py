"""Whether a web page names a profile as its owner's: a link with `rel="me"` (https://microformats.org/wiki/rel-me)."""

from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urljoin

from feed.engines.page_facts import decoded

MOST_LINKS = 2000


def names_as_me(body: bytes, *, url: str, charset: str, profile: str) -> bool:
    """Whether the page that stood at `url` has such a link to the address `profile`. Whatever the bytes, it raises nothing."""
    page = _Links()
    # The parser's own error, for a declaration that is none: what was read until there counts.
    with suppress(AssertionError):
        page.feed(decoded(body, charset))
    return any(_same(_joined(url, href), profile) for href in page.found)


def _joined(url: str, href: str) -> str:
    try:
        return urljoin(url, href.strip())
    except ValueError:
        return ""


def _same(one: str, other: str) -> bool:
    return one.rstrip("/").casefold() == other.rstrip("/").casefold()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        is_me = tag in ("a", "link") and "me" in given.get("rel", "").lower().split()
        if is_me and given.get("href") and len(self.found) < MOST_LINKS:
            self.found.append(given["href"][:2048])
