"""Hashtags: how much each is used, who follows and who features it."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from common.ids import moment_of
from common.pagination import Page
from common.problems import NotFound
from feed.models import FeaturedTag, StatusTag, Tag, TagFollow
from feed.models.tags import LONGEST_TAG
from feed.queries.hashtags import is_tag, normal_tag
from feed.queries.visibility import OPEN_VISIBILITIES

DAYS = 7
MILLISECONDS_OF_A_DAY = 86_400_000
MOST_SUGGESTED = 10
# The day is in the id: its first 48 bits are milliseconds since 1970.
USES = """
select {subject}, (s.id >> 16) / 86400000, count(*), count(distinct s.account_id)
from {source} where {subject} = any(%s) and {id} >= %s
    and s.visibility = 'public' and s.deleted_at is null and s.withheld_at is null
group by 1, 2
"""
USES_OF_TAGS = USES.format(
    subject="t.name", source="feed_statustag t join feed_status s on s.id = t.status_id", id="t.status_id"
)
USES_OF_CARDS = USES.format(subject="s.card_id", source="feed_status s", id="s.id")
Subject = TypeVar("Subject", str, int)


@dataclass(frozen=True, slots=True)
class Day:
    """Uses of one thing on one day in UTC, by how many people. `starts_at` is in seconds since 1970."""

    starts_at: int
    uses: int = 0
    accounts: int = 0


@dataclass(frozen=True, slots=True)
class FeaturedCount:
    """A featured tag with the number of open statuses of the account that carry it, and the day of the last one."""

    row: FeaturedTag
    statuses: int
    last_on: dt.date | None


def checked_tag(name: str) -> str:
    """The tag in lower case. Raises NotFound for what no status can carry."""
    tag = normal_tag(name)
    # In lower case some letters are longer.
    if max(len(name), len(tag)) > LONGEST_TAG or not is_tag(name):
        raise NotFound("Record not found")
    return tag


def tag_histories(names: Collection[str]) -> dict[str, list[Day]]:
    """Public uses of each tag on the last seven days, today first, in one query."""
    return _histories(USES_OF_TAGS, list(names))


def card_histories(card_ids: Collection[int]) -> dict[int, list[Day]]:
    """The same of links, by the ids of their preview cards."""
    return _histories(USES_OF_CARDS, list(card_ids))


def followed_among(viewer_id: int | None, names: Collection[str]) -> set[str]:
    """Those of `names` that the viewer follows."""
    if viewer_id is None:
        return set()
    return set(TagFollow.objects.filter(account_id=viewer_id, name__in=names).values_list("name", flat=True))


def featured_among(viewer_id: int | None, names: Collection[str]) -> set[str]:
    """Those of `names` that the viewer features."""
    if viewer_id is None:
        return set()
    return set(FeaturedTag.objects.filter(account_id=viewer_id, name__in=names).values_list("name", flat=True))


def followed_tags(*, account_id: int, page: Page) -> list[TagFollow]:
    """A page of the tags that an account follows, last followed first."""
    return page.of_rows(TagFollow.objects.filter(account_id=account_id))


def featured_tags(account_id: int) -> list[FeaturedCount]:
    """The tags that an account features, most used first, in two queries."""
    rows = list(FeaturedTag.objects.filter(account_id=account_id))
    uses = _uses_by(account_id, [row.name for row in rows])
    counts = [FeaturedCount(row, *uses.get(row.name, (0, None))) for row in rows]
    return sorted(counts, key=lambda one: (-one.statuses, one.row.pk))


def featured_tag(row: FeaturedTag) -> FeaturedCount:
    """One of them."""
    return FeaturedCount(row, *_uses_by(row.account_id, [row.name]).get(row.name, (0, None)))


def tags_to_feature(account_id: int) -> list[str]:
    """The ten tags that an account uses most and does not feature."""
    featured = FeaturedTag.objects.filter(account_id=account_id).values("name")
    rows = _open_uses(account_id).exclude(name__in=featured).values("name")
    most = rows.annotate(uses=Count("pk")).order_by("-uses", "name")
    return [row["name"] for row in most[:MOST_SUGGESTED]]


def search_tags(*, beginning: str, limit: int, offset: int = 0) -> list[str]:
    """Tags with this beginning, those that most people used within a week first."""
    found = Tag.objects.filter(name__startswith=normal_tag(beginning)).order_by("-accounts", "name")
    return list(found.values_list("name", flat=True)[offset : offset + limit])


def _open_uses(account_id: int) -> QuerySet[StatusTag]:
    return StatusTag.objects.filter(
        status__account_id=account_id,
        status__visibility__in=OPEN_VISIBILITIES,
        status__deleted_at=None,
        status__withheld_at=None,
    )


def _uses_by(account_id: int, names: Iterable[str]) -> dict[str, tuple[int, dt.date]]:
    rows = _open_uses(account_id).filter(name__in=list(names)).values_list("name")
    counted = rows.annotate(uses=Count("pk"), last=Max("status_id"))
    return {name: (uses, moment_of(last).date()) for name, uses, last in counted}


def _histories(query: str, subjects: list[Subject]) -> dict[Subject, list[Day]]:
    today = int(timezone.now().timestamp() * 1000) // MILLISECONDS_OF_A_DAY
    days = [today - past for past in range(DAYS)]
    oldest = (days[-1] * MILLISECONDS_OF_A_DAY) << 16
    counted: dict[tuple[object, int], tuple[int, int]] = {}
    if subjects:
        with connection.cursor() as cursor:
            cursor.execute(query, [subjects, oldest])
            counted = {(subject, day): (uses, accounts) for subject, day, uses, accounts in cursor.fetchall()}
    seconds = MILLISECONDS_OF_A_DAY // 1000
    return {subject: [Day(day * seconds, *counted.get((subject, day), (0, 0))) for day in days] for subject in subjects}
