"""How accounts stand to each other, and lists of accounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from common.pagination import Page
from common.problems import NotFound
from feed.models import Follow, Profile


@dataclass(frozen=True, slots=True)
class Relationship:
    """How a viewer stands to `target_id`; `requested` waits for a locked account's answer."""

    target_id: int
    following: bool = False
    followed_by: bool = False
    requested: bool = False
    requested_by: bool = False


def relationships(*, source_id: int, target_ids: Sequence[int]) -> list[Relationship]:
    """One for each account that exists, in the order asked, in two queries."""
    existing = set(Profile.objects.filter(pk__in=target_ids).values_list("pk", flat=True))
    rows = Follow.objects.filter(
        Q(source_id=source_id, target_id__in=target_ids) | Q(target_id=source_id, source_id__in=target_ids)
    )
    held = {(row.source_id, row.target_id): row.pending for row in rows}
    return [
        Relationship(
            target_id=one,
            following=held.get((source_id, one)) is False,
            requested=held.get((source_id, one)) is True,
            followed_by=held.get((one, source_id)) is False,
            requested_by=held.get((one, source_id)) is True,
        )
        for one in dict.fromkeys(target_ids)
        if one in existing
    ]


def profile_of(account_id: int) -> Profile:
    """One account's profile with its login joined. Raises NotFound, also for a closed account."""
    profile = _profiles().filter(pk=account_id).first()
    if profile is None:
        raise NotFound("Record not found")
    return profile


def profiles_by_id(account_ids: Iterable[int]) -> dict[int, Profile]:
    """Profiles with their logins joined, in one query; closed accounts are left out."""
    return {profile.pk: profile for profile in _profiles().filter(pk__in=account_ids)}


def profile_named(username: str) -> Profile:
    """The profile of a local username, whatever its case. Raises NotFound."""
    profile = _profiles().annotate(lowered=Lower("account__username")).filter(lowered=username.lower()).first()
    if profile is None:
        raise NotFound("Record not found")
    return profile


def search_profiles(*, text: str, limit: int) -> list[Profile]:
    """Accounts that may be found, whose name begins with `text`."""
    found = _profiles().filter(discoverable=True, restriction=Profile.Restriction.NONE)
    return list(found.filter(account__username__istartswith=text).order_by("-followers_count", "pk")[:limit])


def followers_of(*, account_id: int, page: Page) -> tuple[list[Profile], list[int]]:
    """A page of those who follow, newest first, and the ids of the follows, which the next page begins at."""
    rows = page.of_rows(Follow.objects.filter(target_id=account_id, pending=False, source__is_active=True))
    return _in_order([row.source_id for row in rows]), [row.pk for row in rows]


def following_of(*, account_id: int, page: Page) -> tuple[list[Profile], list[int]]:
    """A page of those followed, as `followers_of`."""
    rows = page.of_rows(Follow.objects.filter(source_id=account_id, pending=False, target__is_active=True))
    return _in_order([row.target_id for row in rows]), [row.pk for row in rows]


def follow_requests_of(*, account_id: int, page: Page) -> tuple[list[Profile], list[int]]:
    """A page of those who asked to follow, as `followers_of`."""
    rows = page.of_rows(Follow.objects.filter(target_id=account_id, pending=True, source__is_active=True))
    return _in_order([row.source_id for row in rows]), [row.pk for row in rows]


def waiting_requests(account_id: int) -> int:
    """How many have asked to follow."""
    return Follow.objects.filter(target_id=account_id, pending=True).count()


def _profiles() -> QuerySet[Profile]:
    return Profile.objects.filter(account__is_active=True).select_related("account")


def _in_order(account_ids: list[int]) -> list[Profile]:
    found = profiles_by_id(account_ids)
    return [found[one] for one in account_ids if one in found]
