"""The scopes of Mastodon's clients, and what they ask a person to allow."""

from collections.abc import Iterable
from typing import Any

from common.authentication import holds_a_role, scope_allows

_READ = "accounts blocks bookmarks favourites filters follows lists mutes notifications search statuses"
_WRITE = "accounts blocks bookmarks conversations favourites filters follows lists media mutes notifications reports statuses"
_ADMIN = "accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks canonical_email_blocks"

DESCRIPTIONS = {
    "read": "see everything your account can see",
    "write": "post, follow and change things in your name",
    "follow": "change whom you follow, block and mute",
    "push": "send you push notifications",
    "profile": "see your name and picture, nothing else",
    "admin:read": "see what moderators see",
    "admin:write": "act as a moderator",
}
MASTODON_SCOPES = (
    *DESCRIPTIONS,
    *(f"read:{what}" for what in _READ.split()),
    *(f"write:{what}" for what in _WRITE.split()),
    *(f"admin:{access}:{what}" for access in ("read", "write") for what in _ADMIN.split()),
)
SCOPES = (*MASTODON_SCOPES, "admin:read:reviews", "admin:write:reviews")
DEFAULT_SCOPES = ("read",)
ADMIN = "admin:"


def unknown_scopes(scopes: Iterable[str]) -> list[str]:
    """Those that there are not."""
    return [scope for scope in scopes if scope not in SCOPES]


def beyond(scopes: Iterable[str], granted: Iterable[str]) -> list[str]:
    """Those of `scopes` that `granted` does not cover: `write` covers `write:statuses`."""
    held = list(granted)
    return [scope for scope in scopes if not scope_allows(held, scope)]


def grantable(scopes: Iterable[str], account: Any) -> list[str]:
    """Those that the account can give away: `admin:` ones only where it holds a role."""
    wanted = list(scopes)
    if any(scope.startswith(ADMIN) for scope in wanted) and not (account is not None and holds_a_role(account)):
        return [scope for scope in wanted if not scope.startswith(ADMIN)]
    return wanted


def describe(scope: str) -> str:
    """A scope as a person reads it before allowing it."""
    if scope in DESCRIPTIONS:
        return DESCRIPTIONS[scope]
    access, _, what = scope.rpartition(":")
    verb = "see" if access.endswith("read") else "change"
    return (
        f"{verb} your {what.replace('_', ' ')}" if not access.startswith("admin") else f"{verb}, as a moderator, {what}"
    )
