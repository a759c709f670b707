"""Whom a text speaks to."""

import re

from django.conf import settings
from django.db.models.functions import Lower

from identity.models import Account

MOST_MENTIONS = 50
# As Mastodon: not inside a word, an address or a path; a domain may follow.
MENTION = re.compile(r"(?<![\w/=.@])@([A-Za-z0-9_]{1,30})(?:@([A-Za-z0-9.-]+[A-Za-z0-9]))?(?![\w@])")


def mentioned_names(text: str) -> list[str]:
    """Local usernames in lower case, in the order they stand, each once, 50 at most."""
    names: dict[str, None] = {}
    for match in MENTION.finditer(text):
        domain = match.group(2)
        if domain is None or domain.lower() == settings.HOSTNAME.lower():
            names[match.group(1).lower()] = None
    return list(names)[:MOST_MENTIONS]


def mentioned_accounts(text: str) -> list[Account]:
    """The live accounts that a text names, in one query."""
    names = mentioned_names(text)
    if not names:
        return []
    return list(Account.objects.annotate(lowered=Lower("username")).filter(lowered__in=names, is_active=True))
