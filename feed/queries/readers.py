"""Those in whose home timeline a status belongs."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from feed.models import Follow, Mention, Profile, Status, StatusTag, TagFollow
from feed.queries import home_store
from feed.queries.hashtags import hashtags
from feed.queries.home_timeline import ACTIVITY_NOTED_EVERY

FOLLOWERS_IN_A_QUERY = 5000


def has_very_many_followers(account_id: int) -> bool:
    """Whether its statuses are looked up when home timelines are read, instead of written into each."""
    return Profile.objects.filter(pk=account_id, followers_count__gt=settings.FOLLOWERS_FANNED_OUT_TO).exists()


def readers_of(status: Status) -> Iterator[list[int]]:
    """Ids of the active followers who should have the status, in steps along the index."""
    return _in_steps(_eligible(status), "source_id")


def readers_among(status: Status, account_ids: Sequence[int]) -> list[int]:
    """Those of `account_ids` who are active followers and should have the status."""
    return list(_eligible(status).filter(source_id__in=account_ids))


def _eligible(status: Status) -> "QuerySet[Follow, int]":
    active_since = timezone.now() - home_store.lifetime() - 2 * ACTIVITY_NOTED_EVERY
    followers = Follow.objects.filter(
        target_id=status.account_id, pending=False, source__profile__last_active_at__gt=active_since
    )
    if status.reblog_of_id is not None:
        followers = followers.filter(reblogs=True)
    if status.language:
        followers = followers.filter(Q(languages=[]) | Q(languages__contains=[status.language]))
    if status.visibility == Status.Visibility.DIRECT:
        followers = followers.filter(
            Exists(Mention.objects.filter(status_id=status.pk, account_id=OuterRef("source_id")))
        )
    other = status.in_reply_to_account_id
    if other is not None and other != status.account_id:
        follows_other = Follow.objects.filter(source_id=OuterRef("source_id"), target_id=other, pending=False)
        followers = followers.filter(Q(source_id=other) | Q(Exists(follows_other)))
    return followers.order_by("source_id").values_list("source_id", flat=True)


def tag_readers_of(status: Status) -> Iterator[list[int]]:
    """Ids of the active accounts that follow a hashtag of a public status, in steps along the index.

    Without its author and the readers whom it reaches as followers: nobody is to be told twice.
    """
    if status.visibility != Status.Visibility.PUBLIC or status.reblog_of_id:
        return
    # The text says without a query whether there are any, and in most there are none.
    if not hashtags(status.text):
        return
    names = StatusTag.objects.filter(status_id=status.pk).values("name")
    active_since = timezone.now() - home_store.lifetime() - 2 * ACTIVITY_NOTED_EVERY
    following = TagFollow.objects.filter(name__in=names, account__profile__last_active_at__gt=active_since)
    accounts = following.exclude(account_id=status.account_id).order_by("account_id")
    for readers in _in_steps(accounts.values_list("account_id", flat=True).distinct(), "account_id"):
        followers = set(readers_among(status, readers))
        yield [reader for reader in readers if reader not in followers]


def _in_steps(accounts: "QuerySet[Any, int]", column: str) -> Iterator[list[int]]:
    """Ids in order; most authors have few followers, and cost one query."""
    after = 0
    while ids := list(accounts.filter(**{f"{column}__gt": after})[:FOLLOWERS_IN_A_QUERY]):
        yield ids
        if len(ids) < FOLLOWERS_IN_A_QUERY:
            return
        after = ids[-1]
