"""One account's statuses, with every filter that clients have."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from common.pagination import Page
from feed.models import Pin, Status, StatusTag
from feed.queries.blocking import unwanted_by
from feed.queries.hashtags import normal_tag
from feed.queries.statuses import with_everything
from feed.queries.visibility import visible_to


@dataclass(frozen=True)
class Wanted:
    """What a client asked to see; `tagged` is a hashtag, with or without its sign."""

    pinned: bool = False
    only_media: bool = False
    exclude_replies: bool = False
    exclude_reblogs: bool = False
    exclude_direct: bool = False
    tagged: str = ""


def statuses_of(*, account_id: int, viewer_id: int | None, page: Page, wanted: Wanted | None = None) -> list[Status]:
    """A page of an account's statuses, as far as the viewer may see them; pinned ones in the order they were pinned, newest first."""
    wanted = wanted or Wanted()
    rows = Status.objects.filter(visible_to(viewer_id), account_id=account_id, withheld_at=None)
    rows = _narrowed(rows, account_id, wanted)
    if viewer_id is not None and viewer_id != account_id:
        rows = rows.filter(Q(reblog_of=None) | ~unwanted_by(viewer_id, "reblog_of__account_id"))
    found = page.of_rows(with_everything(rows))
    if wanted.pinned:
        places = {
            status_id: pk for pk, status_id in Pin.objects.filter(account_id=account_id).values_list("pk", "status_id")
        }
        found.sort(key=lambda one: places.get(one.pk, 0), reverse=True)
    return found


def _narrowed(rows: QuerySet[Status], account_id: int, wanted: Wanted) -> QuerySet[Status]:
    if wanted.pinned:
        rows = rows.filter(pk__in=Pin.objects.filter(account_id=account_id).values("status_id"))
    if wanted.only_media:
        rows = rows.filter(pk__in=Status.objects.filter(account_id=account_id, media__isnull=False).values("pk"))
    if wanted.exclude_replies:
        rows = rows.filter(Q(in_reply_to_account_id=None) | Q(in_reply_to_account_id=account_id))
    if wanted.exclude_reblogs:
        rows = rows.filter(reblog_of=None)
    if wanted.exclude_direct:
        rows = rows.exclude(visibility=Status.Visibility.DIRECT)
    if wanted.tagged:
        rows = rows.filter(Exists(StatusTag.objects.filter(status_id=OuterRef("pk"), name=normal_tag(wanted.tagged))))
    return rows
