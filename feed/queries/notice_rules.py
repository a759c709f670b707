"""Which notices an account wants: blocks, mutes, muted threads, and its policy, decided for many notices at once.

The rules and the two times are Mastodon's (its NotifyService): somebody is new for 30 days, and a follower counts after 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum

from django.db.models import Q
from django.utils import timezone

from feed.models import (
    Block,
    Follow,
    Mute,
    Notice,
    NotificationPermission,
    NotificationPolicy,
    Profile,
    Status,
    ThreadMute,
)

NEW_ACCOUNT = timedelta(days=30)
NEW_FOLLOWER = timedelta(days=3)
# What the account itself brought about or what moderators need is never held back.
ALWAYS = frozenset(
    {
        Notice.Kind.MODERATION,
        Notice.Kind.ADMIN_SIGN_UP,
        Notice.Kind.ADMIN_REPORT,
        Notice.Kind.POLL,
        Notice.Kind.UPDATE,
        Notice.Kind.QUOTED_UPDATE,
    }
)
# These come although nobody, or the account itself, caused them.
OF_ONESELF = frozenset({Notice.Kind.MODERATION, Notice.Kind.POLL, Notice.Kind.ADMIN_SIGN_UP, Notice.Kind.ADMIN_REPORT})


class Outcome(IntEnum):
    """What becomes of a notice; of several rules the strictest holds."""

    ACCEPT = 0
    FILTER = 1
    DROP = 2


Pair = tuple[int, int]


@dataclass
class _Facts:
    """What is known of senders and receivers; pairs are (receiver, sender)."""

    closed: set[int] = field(default_factory=set)
    senders: dict[int, Profile] = field(default_factory=dict)
    apart: set[Pair] = field(default_factory=set)
    threads: set[Pair] = field(default_factory=set)
    following: set[Pair] = field(default_factory=set)
    followers: set[Pair] = field(default_factory=set)
    permitted: set[Pair] = field(default_factory=set)
    policies: dict[int, NotificationPolicy] = field(default_factory=dict)
    answers: set[Pair] = field(default_factory=set)


def outcomes(notices: Sequence[Notice]) -> list[Outcome]:
    """One for each notice, in a constant number of queries. Their statuses, where they have any, are read if not loaded."""
    if not notices:
        return []
    statuses = Status.objects.in_bulk({one.status_id for one in notices if one.status_id is not None})
    facts = _gather(notices, statuses)
    return [_outcome(one, statuses.get(one.status_id or 0), facts) for one in notices]


def _outcome(notice: Notice, status: Status | None, facts: _Facts) -> Outcome:
    receiver, sender = notice.account_id, notice.from_account_id
    if receiver in facts.closed:
        return Outcome.DROP
    if sender is None or sender == receiver:
        return Outcome.ACCEPT if notice.kind in OF_ONESELF else Outcome.DROP
    pair = (receiver, sender)
    if pair in facts.apart:
        return Outcome.DROP
    if status is not None and (receiver, status.root_id or status.pk) in facts.threads:
        return Outcome.DROP
    profile = facts.senders.get(sender)
    if notice.kind in ALWAYS or pair in facts.permitted or profile is None or profile.account.is_staff:
        return Outcome.ACCEPT
    return _by_policy(notice, status, profile, facts)


def _by_policy(notice: Notice, status: Status | None, profile: Profile, facts: _Facts) -> Outcome:
    pair = (notice.account_id, profile.pk)
    policy = facts.policies.get(notice.account_id) or NotificationPolicy()
    unknown = pair not in facts.following
    private = (
        notice.kind == Notice.Kind.MENTION
        and status is not None
        and status.visibility == Status.Visibility.DIRECT
        and (notice.account_id, status.root_id or status.pk) not in facts.answers
    )
    is_new = profile.account.date_joined > timezone.now() - NEW_ACCOUNT
    limited = profile.restriction == Profile.Restriction.LIMITED
    rules = [
        (policy.for_not_following, unknown),
        (policy.for_not_followers, pair not in facts.followers),
        (policy.for_new_accounts, unknown and is_new),
        (policy.for_private_mentions, unknown and private),
        (policy.for_limited_accounts, unknown and limited),
    ]
    return max((Outcome[choice.upper()] for choice, holds in rules if holds), default=Outcome.ACCEPT)


def _gather(notices: Sequence[Notice], statuses: dict[int, Status]) -> _Facts:
    receivers = {one.account_id for one in notices}
    senders = {one.from_account_id for one in notices if one.from_account_id is not None}
    roots = {status.root_id or status.pk for status in statuses.values()}
    both_ways = Q(source_id__in=receivers, target_id__in=senders) | Q(source_id__in=senders, target_id__in=receivers)
    facts = _Facts()
    facts.closed = receivers - set(
        Profile.objects.filter(pk__in=receivers, account__is_active=True).values_list("pk", flat=True)
    )
    facts.senders = {row.pk: row for row in Profile.objects.filter(pk__in=senders).select_related("account")}
    for source, target in Block.objects.filter(both_ways).values_list("source_id", "target_id"):
        facts.apart |= {(source, target), (target, source)}
    muted = Mute.objects.filter(source_id__in=receivers, target_id__in=senders, hide_notifications=True)
    in_force = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    facts.apart |= set(muted.filter(in_force).values_list("source_id", "target_id"))
    recent = timezone.now() - NEW_FOLLOWER
    for row in Follow.objects.filter(both_ways, pending=False):
        facts.following.add((row.source_id, row.target_id))
        if row.at <= recent:
            facts.followers.add((row.target_id, row.source_id))
    permitted = NotificationPermission.objects.filter(account_id__in=receivers, from_account_id__in=senders)
    facts.permitted = set(permitted.values_list("account_id", "from_account_id"))
    facts.policies = NotificationPolicy.objects.in_bulk(receivers)
    if roots:
        threads = ThreadMute.objects.filter(account_id__in=receivers, status_id__in=roots)
        facts.threads = set(threads.values_list("account_id", "status_id"))
    direct = {s.root_id or s.pk for s in statuses.values() if s.visibility == Status.Visibility.DIRECT}
    if direct:
        spoken = Status.objects.filter(root_id__in=direct, account_id__in=receivers, deleted_at=None)
        facts.answers = {(who, root) for who, root in spoken.values_list("account_id", "root_id") if root is not None}
    return facts
