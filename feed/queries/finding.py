"""Accounts that somebody might like to find: the directory, and suggestions."""

from django.db.models import Exists, F, OuterRef, QuerySet

from feed.models import Follow, Profile, SuggestionDismissal
from feed.queries.blocking import unwanted_by

FRIENDS_LOOKED_AT = 200


def directory(*, viewer_id: int | None, order_new: bool, limit: int, offset: int) -> list[Profile]:
    """Accounts that want to be found: those who posted last first, or the newest first."""
    rows = _findable(viewer_id)
    order = [F("pk").desc()] if order_new else [F("last_status_at").desc(nulls_last=True), F("pk").desc()]
    return list(rows.order_by(*order)[offset : offset + limit])


def suggestions(*, account_id: int, limit: int) -> list[tuple[str, Profile]]:
    """Whom the account might follow, and why: `friends_of_friends`, then `most_followed`. Whom it knows already, has
    dismissed, blocks or mutes, or whom that blocks, is left out.
    """
    new = _new_to(account_id)
    # Of somebody who follows thousands the newest are enough to tell the taste, and bound the work.
    friends = Follow.objects.filter(source_id=account_id, pending=False).order_by("-pk")
    near_ids = list(friends.values_list("target_id", flat=True)[:FRIENDS_LOOKED_AT])
    near: list[Profile] = []
    if near_ids:
        theirs = Follow.objects.filter(
            source_id__in=near_ids, target_id=OuterRef("pk"), pending=False, source__profile__hide_collections=False
        )
        near = list(new.filter(Exists(theirs)).order_by("-followers_count", "pk")[:limit])
    rest = limit - len(near)
    known = [profile.pk for profile in near]
    popular = list(new.exclude(pk__in=known).order_by("-followers_count", "pk")[:rest]) if rest > 0 else []
    return [("friends_of_friends", one) for one in near] + [("most_followed", one) for one in popular]


def _new_to(account_id: int) -> QuerySet[Profile]:
    known = Follow.objects.filter(source_id=account_id, target_id=OuterRef("pk"))
    dismissed = SuggestionDismissal.objects.filter(source_id=account_id, target_id=OuterRef("pk"))
    rows = _findable(account_id).exclude(pk=account_id)
    return rows.filter(~Exists(known), ~Exists(dismissed))


def _findable(viewer_id: int | None) -> QuerySet[Profile]:
    """Those who want to be found, and whom the viewer keeps no distance from."""
    rows = Profile.objects.filter(account__is_active=True, restriction=Profile.Restriction.NONE, discoverable=True)
    rows = rows.select_related("account")
    return rows if viewer_id is None else rows.filter(~unwanted_by(viewer_id, "pk"))
