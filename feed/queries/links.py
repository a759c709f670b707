"""Which web addresses a text carries."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

from feed.queries.hashtags import URL

CLOSING = ".,;:!?)]}'"
# A name with a letters-only end, as in Mastodon: an IP address, `localhost` or `user:password@` makes no link.
HOST = re.compile(r"(?:\w(?:[\w-]{0,61}\w)?\.)+(?:[^\W\d_]{2,63}|xn--[-0-9a-z]{2,59})", re.IGNORECASE)
LONGEST_LINK = 2048
# What an address holds as it is (RFC 3986), escapes that are there already among it.
UNQUOTED = "/%:@!$&'()*+,;=~-._?"


def trimmed(found: str) -> str:
    """An address without the punctuation that closes the sentence round it; a bracket that it opened itself stays."""
    address = found.rstrip(CLOSING)
    if found[len(address) :].startswith(")") and address.count("(") > address.count(")"):
        return f"{address})"
    return address


def is_link(address: str) -> bool:
    """Whether an address leads to a named place on the web."""
    try:
        parts = urlsplit(address)
        named = parts.hostname is not None and HOST.fullmatch(parts.hostname) is not None
        return named and parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def as_uri(address: str) -> str:
    """An address in ASCII alone, as programs take it: its host in Punycode, the rest escaped. "" for what is no address."""
    try:
        scheme, place, *rest = urlsplit(address)
        if not place.isascii():
            place = place.encode("idna").decode()
        return urlunsplit((scheme, place, *(quote(part, safe=UNQUOTED) for part in rest)))
    except ValueError:
        return ""


def links(text: str) -> list[str]:
    """Addresses in the order they stand, each once."""
    found = (trimmed(match.group(0)) for match in URL.finditer(text))
    return list(dict.fromkeys(one for one in found if is_link(one)))
