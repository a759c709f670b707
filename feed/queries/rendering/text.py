"""What a person wrote, as HTML that can do no harm."""

import html
import re
from functools import lru_cache
from urllib.parse import quote

import nh3
from django.conf import settings

from feed.queries.hashtags import HASHTAG, URL
from feed.queries.links import trimmed
from feed.queries.mentions import MENTION

TOKEN = re.compile(f"{URL.pattern}|{MENTION.pattern}|{HASHTAG.pattern}", re.IGNORECASE)
SHOWN_OF_A_LINK = 30
ALLOWED_TAGS = {"p", "br", "a", "span"}
ALLOWED_ATTRIBUTES = {"a": {"href", "class", "rel", "target"}, "span": {"class"}}


@lru_cache(maxsize=20_000)
def rendered(text: str, mentioned: tuple[tuple[str, str], ...] = ()) -> str:
    """Paragraphs and line breaks, links, hashtags, and mentions of those in `mentioned` (lower-case name, name)."""
    if not text:
        return ""
    names = dict(mentioned)
    pieces: list[str] = []
    end = 0
    for match in TOKEN.finditer(text):
        pieces.append(html.escape(text[end : match.start()], quote=False))
        pieces.append(_link(match.group(0), names))
        end = match.end()
    pieces.append(html.escape(text[end:], quote=False))
    paragraphs = re.split(r"\n{2,}", "".join(pieces).replace("\r\n", "\n").strip("\n"))
    made = "".join(f"<p>{one}</p>" for one in paragraphs).replace("\n", "<br>")
    # Whatever slipped through above, nothing but these tags and web addresses leaves here.
    return nh3.clean(
        made,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel=None,
    )


def rendered_line(text: str) -> str:
    """The same for a text that is one line: without a paragraph round it."""
    return rendered(" ".join(text.split())).removeprefix("<p>").removesuffix("</p>")


def account_url(username: str) -> str:
    """Where people find an account."""
    return f"{settings.PUBLIC_URL}/@{username}"


def tag_url(tag: str) -> str:
    """Where people find a hashtag; letters beyond ASCII are escaped, as programs want an address."""
    return f"{settings.PUBLIC_URL}/tags/{quote(tag)}"


def _link(token: str, names: dict[str, str]) -> str:
    if token.startswith("#"):
        tag = token[1:]
        address = html.escape(tag_url(tag.lower()))
        return f'<a href="{address}" class="mention hashtag" rel="tag">#<span>{html.escape(tag)}</span></a>'
    if token.startswith("@"):
        name = names.get(token[1:].partition("@")[0].lower())
        if name is None:
            return html.escape(token)
        address = html.escape(account_url(name))
        return f'<span class="h-card"><a href="{address}" class="u-url mention">@<span>{html.escape(name)}</span></a></span>'
    address = trimmed(token)
    return f"{_web_link(address)}{html.escape(token[len(address) :], quote=False)}"


def _web_link(address: str) -> str:
    scheme, separator, shown = address.partition("://")
    prefix = f"{scheme}{separator}"
    if shown.startswith("www."):
        prefix, shown = f"{prefix}www.", shown[4:]
    head, tail = shown[:SHOWN_OF_A_LINK], shown[SHOWN_OF_A_LINK:]
    ellipsis = "ellipsis" if tail else ""
    return (
        f'<a href="{html.escape(address)}" target="_blank" rel="nofollow noopener noreferrer">'
        f'<span class="invisible">{html.escape(prefix)}</span><span class="{ellipsis}">{html.escape(head)}</span>'
        f'<span class="invisible">{html.escape(tail)}</span></a>'
    )
