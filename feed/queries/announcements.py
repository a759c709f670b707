"""Announcements that are out."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from common.problems import NotFound
from feed.models import Announcement, AnnouncementReaction, AnnouncementRead


@dataclass(frozen=True, slots=True)
class ReactionCount:
    """An emoji under an announcement, how many gave it, and whether the viewer did."""

    name: str
    count: int
    mine: bool = False


def published_announcements(*, account_id: int, with_dismissed: bool) -> list[Announcement]:
    """Those that are out and not over, oldest first, each with `read` for the account."""
    read = AnnouncementRead.objects.filter(announcement_id=OuterRef("pk"), account_id=account_id)
    rows = _published().annotate(read=Exists(read)).order_by("starts_at", "published_at", "pk")
    return list(rows if with_dismissed else rows.filter(read=False))


def published_announcement(announcement_id: int) -> Announcement:
    """One that is out. Raises NotFound."""
    found = _published().filter(pk=announcement_id).first()
    if found is None:
        raise NotFound("Record not found")
    return found


def reactions_to(announcement_ids: list[int], *, account_id: int | None) -> dict[int, list[ReactionCount]]:
    """What was given to each, first given first, in one query."""
    rows = AnnouncementReaction.objects.filter(announcement_id__in=announcement_ids).values("announcement_id", "name")
    counted = rows.annotate(number=Count("pk"), mine=Count("pk", filter=Q(account_id=account_id or 0)))
    found: dict[int, list[ReactionCount]] = {}
    for row in counted.order_by("announcement_id", "name"):
        one = ReactionCount(row["name"], row["number"], bool(row["mine"]))
        found.setdefault(row["announcement_id"], []).append(one)
    return found


def _published() -> QuerySet[Announcement]:
    return Announcement.objects.filter(Q(ends_at=None) | Q(ends_at__gte=Now()), published_at__lte=Now())
