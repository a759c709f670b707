"""What an account has done, as those need it who judge whether it is run by a person."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from feed.models import Follow, Profile, Status
from feed.queries.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Post:
    """One status as an activity: when, how open, in answer to whom, and its text."""

    status_id: int
    at: dt.datetime
    text: str
    visibility: str
    in_reply_to_account_id: int | None
    made_by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbers that an account's profile shows."""

    followers: int
    following: int
    statuses: int
    declared_bot: bool
    restriction: str


def recent_posts(*, account_id: int, limit: int = 200) -> list[Post]:
    """The newest statuses of an account, newest first, those included that were deleted or withheld."""
    rows = Status.objects.filter(account_id=account_id).order_by("-pk")[:limit]
    return [
        Post(row.pk, row.created_at, row.text, row.visibility, row.in_reply_to_account_id, row.made_by) for row in rows
    ]


def recent_follows(*, account_id: int, limit: int = 500) -> list[tuple[dt.datetime, int]]:
    """When the account followed whom, newest first, as far as it still does."""
    rows = Follow.objects.filter(source_id=account_id).order_by("-pk")[:limit]
    return [(row.at, row.target_id) for row in rows]


def follows_returned(*, account_id: int) -> int:
    """How many of those that the account follows follow it too."""
    follows = Follow.objects.filter(source_id=account_id, pending=False)
    return Follow.objects.filter(target_id=account_id, pending=False, source_id__in=follows.values("target_id")).count()


def standing_of(account_ids: Iterable[int]) -> dict[int, Standing]:
    """The numbers of many accounts in one query; accounts without a profile are left out."""
    return {
        row.pk: Standing(
            row.followers_count, row.following_count, row.statuses_count, row.declared_bot, row.restriction
        )
        for row in Profile.objects.filter(pk__in=list(account_ids))
    }


def reportable_status_ids(*, account_id: int, status_ids: Iterable[int], viewer_id: int) -> set[int]:
    """Those of `status_ids` that are by `account_id` and that the viewer can see, and so may report."""
    rows = Status.objects.filter(visible_to(viewer_id), account_id=account_id, pk__in=list(status_ids))
    return set(rows.values_list("pk", flat=True))
