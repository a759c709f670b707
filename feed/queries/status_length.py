"""How long a status is, counted as Mastodon counts: what a person sees as one character is one."""

import re

from wcwidth import iter_graphemes

from feed.queries.hashtags import URL
from feed.queries.links import is_link, trimmed

CHARACTERS_OF_A_LINK = 23
REMOTE_MENTION = re.compile(r"(^|[^/\w])@([a-z0-9_]+)@[a-z0-9.-]+[a-z0-9]", re.IGNORECASE)


def graphemes(text: str) -> int:
    """User-perceived characters (extended grapheme clusters, Unicode UAX 29)."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(1 for _ in iter_graphemes(text))


def counted_length(text: str, spoiler_text: str = "") -> int:
    """Text and content warning together; a link counts 23 however long it is, a mention by its name alone."""
    with_links = URL.sub(_link, text)
    return graphemes(REMOTE_MENTION.sub(r"\1@\2", with_links)) + graphemes(spoiler_text)


def _link(match: re.Match[str]) -> str:
    found = match.group(0)
    address = trimmed(found)
    return "x" * CHARACTERS_OF_A_LINK + found[len(address) :] if is_link(address) else found
