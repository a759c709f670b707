"""What scoring knows of an account: a compact ring of its newest posts and follows, no text."""

import datetime as dt
from dataclasses import dataclass, field

NEWEST_POSTS = 100
NEWEST_FOLLOWS = 300


@dataclass(frozen=True, slots=True)
class Post:
    """`at` in seconds since 1970; `sketch` as `sketches.sketch` makes it, empty for a post with no words."""

    at: float
    sketch: bytes = b""
    has_link: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """Posts in the order of time; ids of the accounts followed and following, the newest of each.

    `level` is a personhood level: unique, present, simulated or none; `credential_since` is when it was shown.
    """

    posts: tuple[Post, ...] = ()
    following: frozenset[int] = field(default_factory=frozenset)
    followers: frozenset[int] = field(default_factory=frozenset)
    level: str = "none"
    credential_since: dt.datetime | None = None
