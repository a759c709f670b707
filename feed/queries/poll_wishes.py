"""What a poll may be asked to be, with Mastodon's bounds and sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.problems import Problem
from feed.queries.status_length import graphemes

MOST_OPTIONS = 4
LONGEST_OPTION = 50
SHORTEST_POLL = 300
LONGEST_POLL = 2_629_746  # seconds: a twelfth of a year


@dataclass(frozen=True, slots=True, kw_only=True)
class PollWish:
    """A poll as its author asks for it; it is open for `expires_in` seconds from its posting."""

    options: tuple[str, ...]
    expires_in: int
    multiple: bool = False
    hide_totals: bool = False


def poll_wish(
    *, options: Sequence[str], expires_in: int | None, multiple: bool = False, hide_totals: bool = False
) -> PollWish:
    """A poll within the bounds; empty options are left out. Raises Problem."""
    texts = tuple(option.strip() for option in options if option.strip())
    if len(texts) < 2:
        raise _invalid("Options must have more than one item", 2)
    if len(texts) > MOST_OPTIONS:
        raise _invalid(f"Options can't contain more than {MOST_OPTIONS} items", MOST_OPTIONS)
    if any("\0" in option for option in texts):
        raise _invalid("Options may not hold a null character")
    # Raw characters first, since counting what is seen costs more.
    if any(len(option) > 50 * LONGEST_OPTION or graphemes(option) > LONGEST_OPTION for option in texts):
        raise _invalid(f"Options cannot be longer than {LONGEST_OPTION} characters each", LONGEST_OPTION)
    if len(set(texts)) < len(texts):
        raise _invalid("Options contain duplicate items")
    if expires_in is None:
        raise _invalid("Expires at can't be blank")
    if expires_in < SHORTEST_POLL:
        raise _invalid(f"Expires at is too soon: a poll is open for at least {SHORTEST_POLL} seconds", SHORTEST_POLL)
    if expires_in > LONGEST_POLL:
        raise _invalid(
            f"Expires at is too far into the future: a poll is open for at most {LONGEST_POLL} seconds", LONGEST_POLL
        )
    return PollWish(options=texts, expires_in=expires_in, multiple=multiple, hide_totals=hide_totals)


def _invalid(sentence: str, limit: int | None = None) -> Problem:
    return Problem(f"Validation failed: {sentence}", field="poll", limit=limit)
