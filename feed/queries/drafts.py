"""What an author asks to be posted, checked against every rule before a row is written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from common.languages import likeliest
from common.problems import Problem
from feed.models import Profile, Status
from feed.queries.hashtags import URL
from feed.queries.mentions import MENTION, mentioned_accounts
from feed.queries.poll_wishes import PollWish
from feed.queries.quotes import checked_policy, quotable
from feed.queries.status_length import counted_length
from feed.queries.statuses import original_for
from feed.queries.visibility import OPEN_VISIBILITIES
from feed.queries.writers import require_may_write
from identity.models import Account

LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,6})?")
# What is seen as one character may be many; no honest text has fifty for each.
LONGEST_RAW_TEXT = 25_000
# Characters below which, and a score below which, no language is guessed.
SHORTEST_GUESSED, LEAST_SURE = 12, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A status as asked for; None leaves the choice to the author's preferences."""

    account_id: int
    text: str
    visibility: str | None = None
    in_reply_to_id: int | None = None
    media_ids: tuple[int, ...] = ()
    poll: PollWish | None = None
    made_by: str = Status.MadeBy.HUMAN
    language: str = ""
    spoiler_text: str = ""
    sensitive: bool | None = None
    for_training: bool = True
    quoted_status_id: int | None = None
    quote_policy: str | None = None
    allowed_mentions: tuple[int, ...] | None = None
    application_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept until its time comes."""
        return asdict(self)

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Wish":
        """What `as_json` made."""
        values = dict(kept)
        if values.get("poll"):
            values["poll"] = PollWish(**{**values["poll"], "options": tuple(values["poll"]["options"])})
        for name in ("media_ids", "allowed_mentions"):
            if values.get(name) is not None:
                values[name] = tuple(values[name])
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A status that may be posted as it stands."""

    wish: Wish
    text: str
    spoiler_text: str
    sensitive: bool
    language: str
    visibility: str
    made_by: str
    parent: Status | None
    quoted: Status | None
    quote_policy: str
    mentioned: list[Account]


def draft_of(wish: Wish) -> Draft:
    """Raises NotAllowed (personhood, suspended), NotFound (the status replied to or quoted), Problem with field and limit."""
    profile = require_may_write(wish.account_id)
    text, spoiler_text = texts_of(wish.text, wish.spoiler_text)
    check_text(text, spoiler_text, may_be_empty=bool(wish.media_ids or wish.quoted_status_id))
    visibility = wish.visibility or profile.default_visibility
    one_of("visibility", visibility, Status.Visibility.values)
    quoted = _quoted(wish)
    if quoted is not None and quoted.visibility == Status.Visibility.PRIVATE and visibility in OPEN_VISIBILITIES:
        # What is said of it goes no further than what is quoted.
        visibility = Status.Visibility.PRIVATE
    one_of("made_by", wish.made_by, Status.MadeBy.values)
    sensitive = profile.default_sensitive if wish.sensitive is None else wish.sensitive
    mentioned = mentioned_accounts(f"{spoiler_text} {text}")
    _check_mentions(wish, mentioned)
    return Draft(
        wish=wish,
        text=text,
        spoiler_text=spoiler_text,
        sensitive=sensitive or bool(spoiler_text),
        language=language_of(text, wish.language, profile),
        visibility=visibility,
        made_by=Status.MadeBy.MACHINE if profile.declared_bot else wish.made_by,
        parent=_parent(wish),
        quoted=quoted,
        quote_policy=checked_policy(wish.quote_policy or profile.default_quote_policy, visibility=visibility),
        mentioned=mentioned,
    )


def texts_of(text: str, spoiler_text: str) -> tuple[str, str]:
    """Text and content warning; a warning without a text becomes the text, as in Mastodon."""
    if not text.strip() and spoiler_text.strip():
        return spoiler_text, ""
    return text, spoiler_text


def check_text(text: str, spoiler_text: str, *, may_be_empty: bool) -> None:
    """Raises Problem for a text that is empty, too long, or holds what no row can."""
    limit: int = settings.LONGEST_STATUS
    if "\0" in text or "\0" in spoiler_text:
        raise Problem("A status may not hold a null character.", field="status")
    if not text.strip() and not may_be_empty:
        raise Problem("Validation failed: Text can't be blank", code="blank", field="status")
    if (
        len(text) + len(spoiler_text) > LONGEST_RAW_TEXT
        or len(spoiler_text) > limit
        or counted_length(text, spoiler_text) > limit
    ):
        raise Problem(
            f"Validation failed: Text character limit of {limit} exceeded", code="too_long", field="status", limit=limit
        )


def language_of(text: str, wanted: str, profile: Profile) -> str:
    """The language asked for, or the author's usual one, or the one that the text looks like; empty if none is sure.

    Raises Problem for what is no language code.
    """
    if wanted:
        if not LANGUAGE.fullmatch(wanted):
            raise Problem("language is an ISO 639 code, such as en.", field="language")
        return wanted
    return profile.default_language or _guessed(text)


def one_of(field: str, value: str, allowed: Sequence[str]) -> None:
    """Raises Problem for a value that is none of those allowed."""
    if value not in allowed:
        raise Problem(f"{field} is one of {', '.join(allowed)}.", field=field)


def _guessed(text: str) -> str:
    words = " ".join(MENTION.sub(" ", URL.sub(" ", text)).split())
    if len(words) < SHORTEST_GUESSED:
        return ""
    language, score = likeliest(words)
    return language if score >= LEAST_SURE else ""


def _parent(wish: Wish) -> Status | None:
    if wish.in_reply_to_id is None:
        return None
    return original_for(status_id=wish.in_reply_to_id, viewer_id=wish.account_id)


def _quoted(wish: Wish) -> Status | None:
    if wish.quoted_status_id is None:
        return None
    return quotable(status_id=wish.quoted_status_id, viewer_id=wish.account_id)


def _check_mentions(wish: Wish, mentioned: Sequence[Account]) -> None:
    if wish.allowed_mentions is None:
        return
    unexpected = [one for one in mentioned if one.pk not in wish.allowed_mentions and one.pk != wish.account_id]
    if unexpected:
        raise Problem(
            "The post would be sent to accounts that were not expected.",
            code="unexpected_mentions",
            field="allowed_mentions",
            more={"unexpected_accounts": [{"id": str(one.pk), "acct": one.username} for one in unexpected]},
        )
