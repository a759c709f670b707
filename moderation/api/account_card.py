"""The reported account as everybody sees it."""

from typing import Any

from feed.queries.relationships import profile_of
from feed.queries.rendering.accounts import profiles_json


def account_card(account_id: int) -> dict[str, Any]:
    """Mastodon's Account. Raises NotFound for a closed one."""
    return profiles_json([profile_of(account_id)])[0]
