"""What moderation may learn of an account: what it posted, whom it follows, and statuses as the author wrote them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from feed.models import Follow, Status
from feed.queries.visibility import visible_to


@dataclass(frozen=True, slots=True)
class PostedStatus:
    """A status with its text, whether or not it is shown to anybody."""

    id: int
    account_id: int
    text: str
    visibility: str
    created_at: dt.datetime
    deleted: bool
    withheld: bool
    has_media: bool


def posted(status_ids: Iterable[int]) -> list[PostedStatus]:
    """Statuses by id, oldest first, deleted and withheld ones too; ids without a row are left out."""
    return _posted(Status.objects.filter(pk__in=list(status_ids)).order_by("pk"))


def newest_posted(account_id: int, *, limit: int) -> list[PostedStatus]:
    """The newest `limit` statuses of an account that it wrote and has not deleted, oldest first."""
    newest = Status.objects.filter(account_id=account_id, deleted_at=None, reblog_of=None).order_by("-pk")[:limit]
    return _posted(newest)[::-1]


def _posted(rows: Iterable[Status]) -> list[PostedStatus]:
    found = list(rows)
    with_media = set(
        Status.objects.filter(pk__in=[row.pk for row in found], media__isnull=False).values_list("pk", flat=True)
    )
    return [
        PostedStatus(
            id=row.pk,
            account_id=row.account_id,
            text=row.text,
            visibility=row.visibility,
            created_at=row.created_at,
            deleted=row.deleted_at is not None,
            withheld=row.withheld_at is not None,
            has_media=row.pk in with_media,
        )
        for row in found
    ]


def newest_followed(account_id: int, *, limit: int) -> list[tuple[int, int]]:
    """(follow id, account id) of those whom an account followed last, newest first."""
    rows = Follow.objects.filter(source_id=account_id, pending=False).order_by("-pk")
    return list(rows.values_list("pk", "target_id")[:limit])


def newest_followers(account_id: int, *, limit: int) -> list[tuple[int, int]]:
    """(follow id, account id) of those who followed an account last, newest first."""
    rows = Follow.objects.filter(target_id=account_id, pending=False).order_by("-pk")
    return list(rows.values_list("pk", "source_id")[:limit])


def reportable_status_ids(*, account_id: int, status_ids: Iterable[int], viewer_id: int) -> set[int]:
    """Those of `status_ids` that are by `account_id` and that the viewer can see, and so may report; reblogs hold nothing."""
    rows = Status.objects.filter(visible_to(viewer_id), account_id=account_id, reblog_of=None, pk__in=list(status_ids))
    return set(rows.values_list("pk", flat=True))
