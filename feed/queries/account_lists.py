"""Lists of accounts, by the rows that relate them: who follows, who asked to, who is blocked or muted.

Each gives a page of profiles, newest relation first, and the ids of the relations, by which the next page begins.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from common.pagination import Page
from feed.models import Block, Follow, Mute, Profile
from feed.queries.blocking import blocks, in_force, unwanted_by
from feed.queries.relationships import profiles_by_id

Listed = tuple[list[Profile], list[int]]


def followers_of(*, profile: Profile, viewer_id: int | None, page: Page) -> Listed:
    """Those who follow. Empty for others where the account hides its collections, and for whom it blocks."""
    rows = _shown(Follow.objects.filter(target_id=profile.pk, source__is_active=True), profile, viewer_id, "source_id")
    found = page.of_rows(rows)
    return in_order(row.source_id for row in found), [row.pk for row in found]


def following_of(*, profile: Profile, viewer_id: int | None, page: Page) -> Listed:
    """Those followed, as `followers_of`."""
    rows = _shown(Follow.objects.filter(source_id=profile.pk, target__is_active=True), profile, viewer_id, "target_id")
    found = page.of_rows(rows)
    return in_order(row.target_id for row in found), [row.pk for row in found]


def follow_requests_of(*, account_id: int, page: Page) -> Listed:
    """Those who asked to follow."""
    rows = page.of_rows(Follow.objects.filter(target_id=account_id, pending=True, source__is_active=True))
    return in_order(row.source_id for row in rows), [row.pk for row in rows]


def blocks_of(*, account_id: int, page: Page) -> Listed:
    """Those whom the account blocks."""
    rows = page.of_rows(Block.objects.filter(source_id=account_id, target__is_active=True))
    return in_order(row.target_id for row in rows), [row.pk for row in rows]


def mutes_of(*, account_id: int, page: Page) -> tuple[list[Profile], list[int], dict[int, dt.datetime | None]]:
    """Those whom the account mutes, and until when each, by account id."""
    rows = page.of_rows(Mute.objects.filter(in_force(), source_id=account_id, target__is_active=True))
    until = {row.target_id: row.expires_at for row in rows}
    return in_order(until), [row.pk for row in rows], until


def familiar_followers(*, account_ids: Sequence[int], viewer_id: int, most: int) -> dict[int, list[Profile]]:
    """For each account that exists, those who follow it and whom the viewer follows, at most so many; in three queries.

    Nobody is named who hides whom they follow, and nobody of an account that does.
    """
    asked = profiles_by_id(account_ids)
    open_ids = [one for one in dict.fromkeys(account_ids) if one in asked and not asked[one].hide_collections]
    followed = Follow.objects.filter(source_id=viewer_id, pending=False).values("target_id")
    rows = Follow.objects.filter(
        ~unwanted_by(viewer_id, "source_id"),
        target_id__in=open_ids,
        pending=False,
        source_id__in=followed,
        source__is_active=True,
        source__profile__hide_collections=False,
    )
    # Counted in the database: an account that half the network follows would else bring half the network here.
    place = Window(RowNumber(), partition_by=F("target_id"), order_by=F("pk").desc())
    nearest = rows.annotate(place=place).filter(place__lte=most).order_by("-pk")
    pairs = list(nearest.values_list("target_id", "source_id"))
    familiar = profiles_by_id({source_id for _, source_id in pairs})
    found: dict[int, list[Profile]] = {one: [] for one in dict.fromkeys(account_ids) if one in asked}
    for target_id, source_id in pairs:
        if source_id in familiar:
            found[target_id].append(familiar[source_id])
    return found


def in_order(account_ids: Iterable[int]) -> list[Profile]:
    """Profiles in the order of their ids as given, without closed accounts."""
    ids = list(account_ids)
    found = profiles_by_id(ids)
    return [found[one] for one in ids if one in found]


def _shown(follows: QuerySet[Follow], profile: Profile, viewer_id: int | None, other: str) -> QuerySet[Follow]:
    follows = follows.filter(pending=False)
    if viewer_id == profile.pk:
        return follows
    if profile.hide_collections:
        return follows.none()
    if viewer_id is None:
        return follows
    theirs = "target_id" if other == "source_id" else "source_id"
    return follows.filter(~unwanted_by(viewer_id, other), ~blocks(viewer_id, theirs))
