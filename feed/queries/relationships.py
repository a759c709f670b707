"""How accounts stand to each other, and lists of accounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from common.problems import NotFound
from feed.models import AccountNote, Block, Endorsement, Follow, Mute, Profile
from feed.queries.blocking import in_force


@dataclass(frozen=True, slots=True)
class Relationship:
    """How a viewer stands to `target_id`. `own` and `back` are the follows there and back, waiting requests too."""

    target_id: int
    own: Follow | None = None
    back: Follow | None = None
    mute: Mute | None = None
    blocking: bool = False
    blocked_by: bool = False
    endorsed: bool = False
    note: str = ""


def relationships(*, source_id: int, target_ids: Sequence[int], with_suspended: bool = True) -> list[Relationship]:
    """One for each account that exists, in the order asked, in six queries however many there are."""
    profiles = Profile.objects.filter(pk__in=target_ids, account__is_active=True)
    if not with_suspended:
        profiles = profiles.exclude(restriction=Profile.Restriction.SUSPENDED)
    existing = set(profiles.values_list("pk", flat=True))
    between = Q(source_id=source_id, target_id__in=target_ids) | Q(target_id=source_id, source_id__in=target_ids)
    follows = {(row.source_id, row.target_id): row for row in Follow.objects.filter(between)}
    blocked = set(Block.objects.filter(between).values_list("source_id", "target_id"))
    mine = {"source_id": source_id, "target_id__in": target_ids}
    mutes = {row.target_id: row for row in Mute.objects.filter(in_force(), **mine)}
    endorsed = set(Endorsement.objects.filter(**mine).values_list("target_id", flat=True))
    notes = dict(AccountNote.objects.filter(**mine).values_list("target_id", "text"))
    return [
        Relationship(
            target_id=one,
            own=follows.get((source_id, one)),
            back=follows.get((one, source_id)),
            mute=mutes.get(one),
            blocking=(source_id, one) in blocked,
            blocked_by=(one, source_id) in blocked,
            endorsed=one in endorsed,
            note=notes.get(one, ""),
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


def waiting_requests(account_id: int) -> int:
    """How many have asked to follow."""
    return Follow.objects.filter(target_id=account_id, pending=True).count()


def _profiles() -> QuerySet[Profile]:
    return Profile.objects.filter(account__is_active=True).select_related("account")
