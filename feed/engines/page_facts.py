"""What a web page says of itself: OpenGraph (https://ogp.me) before Twitter's names before plain HTML."""

import datetime as dt
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff\s]+")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}")
# Python knows encodings beside these that are none of a page's.
CHARSETS = ("utf", "iso-", "latin", "windows-", "cp", "koi8", "shift", "euc", "gb", "big5", "us-ascii", "ascii", "mac")
MOST_NAMES = 500
LONGEST_VALUE = 4000


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Texts are without markup and control characters; what the page does not say is empty."""

    title: str = ""
    description: str = ""
    provider_name: str = ""
    author_name: str = ""
    language: str = ""
    image_url: str = ""
    image_description: str = ""
    published_at: dt.datetime | None = None


def page_facts(body: bytes, *, url: str, charset: str = "") -> PageFacts:
    """Read a page; `charset` is what its HTTP header says. Whatever the bytes, it raises nothing."""
    head = _Head()
    try:
        head.feed(decoded(body, charset))
    except _HeadIsOverError:
        pass
    except AssertionError:
        # The parser's own, for a declaration that is none: what was read until there counts.
        pass
    said = head.said
    return PageFacts(
        title=_text(said, "og:title", "twitter:title", limit=300) or _clean(head.title)[:300],
        description=_text(said, "og:description", "twitter:description", "description", limit=1000),
        provider_name=_text(said, "og:site_name", "application-name", limit=200),
        author_name=_text(said, "author", "twitter:creator", limit=200),
        language=_language(head.language or said.get("og:locale", "")),
        image_url=_address(url, _text(said, "og:image:secure_url", "og:image", "twitter:image", limit=2048)),
        image_description=_text(said, "og:image:alt", "twitter:image:alt", limit=1500),
        published_at=_moment(said.get("article:published_time", "")),
    )


class _HeadIsOverError(Exception):
    """All that is looked for stands before the body."""


class _Head(HTMLParser):
    """Collects titles and named values, in time that grows with the page's length and nothing worse."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self.title = ""
        self.language = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            raise _HeadIsOverError
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        elif tag == "title":
            self._in_title = not self.title
        elif tag == "meta" and len(self.said) < MOST_NAMES:
            name = (given.get("property") or given.get("name") or "").strip().lower()[:100]
            if name and given.get("content", "").strip():
                self.said.setdefault(name, given["content"][:LONGEST_VALUE])

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title and len(self.title) < LONGEST_VALUE:
            self.title += data[:LONGEST_VALUE]


def decoded(body: bytes, charset: str) -> str:
    """A page's text by the encoding that its header or it itself names, else UTF-8; it raises nothing."""
    named = CHARSET.search(body[:2048])
    for name in (charset, named.group(1).decode() if named else "", "utf-8"):
        try:
            if name.lower().startswith(CHARSETS):
                return body.decode(name, errors="replace")
        except (LookupError, ValueError):
            continue
    return body.decode("utf-8", errors="replace")


def _text(said: dict[str, str], *names: str, limit: int) -> str:
    return next((text for name in names if (text := _clean(said.get(name, ""))[:limit])), "")


def _clean(value: str) -> str:
    return CONTROL.sub(" ", value).strip()


def _language(value: str) -> str:
    found = LANGUAGE.match(value.strip())
    return found.group(0).lower() if found else ""


def _address(url: str, value: str) -> str:
    try:
        address = urljoin(url, value) if value else ""
        return address if urlsplit(address).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _moment(value: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(value.strip()[:40])
        return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
