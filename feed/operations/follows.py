"""Who reads whom."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from common import events
from common.after_commit import after_commit
from common.problems import Conflict, NotFound, Problem
from feed.jobs.notices import notify
from feed.models import Endorsement, Follow, ListMember, Notice, Profile
from feed.operations.accounts import require_may_write
from feed.queries import home_store

MOST_FOLLOWED = 7500


def follow(*, source_id: int, target_id: int) -> Follow:
    """Follow, or ask to follow a locked account; following twice changes nothing.

    Raises NotFound, NotAllowed (personhood, suspended), Problem for oneself and for more than 7,500 followed.
    """
    own = require_may_write(source_id)
    if source_id == target_id:
        raise Problem("You cannot follow yourself.", code="self")
    with transaction.atomic():
        target = _target(target_id)
        found = Follow.objects.filter(source_id=source_id, target_id=target_id).first()
        if found is not None:
            return found
        if own.following_count >= MOST_FOLLOWED:
            raise Problem(f"An account follows at most {MOST_FOLLOWED} others.", code="limit", limit=MOST_FOLLOWED)
        made, is_new = Follow.objects.get_or_create(
            source_id=source_id, target_id=target_id, defaults={"pending": target.locked}
        )
        if not is_new:
            return made
        kind = Notice.Kind.FOLLOW_REQUEST if made.pending else Notice.Kind.FOLLOW
        notify([Notice(account_id=target_id, kind=kind, from_account_id=source_id)])
        if not made.pending:
            _begin(made)
    return made


def unfollow(*, source_id: int, target_id: int) -> None:
    """Stop following, or take a request back; what was followed leaves the home timeline at once. Raises NotFound."""
    with transaction.atomic():
        _target(target_id, suspended_too=True)
        _end(source_id=source_id, target_id=target_id, by=source_id)


def accept_follow(*, account_id: int, source_id: int) -> None:
    """Let somebody follow who asked to. Raises NotFound when nobody asked."""
    with transaction.atomic():
        asked = (
            Follow.objects.select_for_update(no_key=True)
            .filter(source_id=source_id, target_id=account_id, pending=True)
            .first()
        )
        if asked is None:
            raise NotFound("Record not found")
        asked.pending = False
        asked.save(update_fields=["pending"])
        Notice.objects.filter(account_id=account_id, kind=Notice.Kind.FOLLOW_REQUEST, from_account_id=source_id).update(
            kind=Notice.Kind.FOLLOW
        )
        _begin(asked)


def reject_follow(*, account_id: int, source_id: int) -> None:
    """Turn down somebody who asked to follow; nothing happens when nobody did."""
    with transaction.atomic():
        Follow.objects.filter(source_id=source_id, target_id=account_id, pending=True).delete()
        _forget_notices(source_id, account_id)


def remove_follower(*, account_id: int, source_id: int) -> None:
    """Make `source_id` stop following."""
    with transaction.atomic():
        _end(source_id=source_id, target_id=account_id, by=account_id)


def _target(account_id: int, *, suspended_too: bool = False) -> Profile:
    profile = Profile.objects.filter(pk=account_id, account__is_active=True).first()
    if profile is None:
        raise NotFound("Record not found")
    if profile.restriction == Profile.Restriction.SUSPENDED and not suspended_too:
        raise Conflict("This account is suspended.", code="suspended", status=403)
    return profile


def _begin(made: Follow) -> None:
    _count(source_id=made.source_id, target_id=made.target_id, change=1)
    events.record("follow.created", account_id=made.source_id, subject_id=made.target_id)
    _rebuild_home_later(made.source_id)


def _end(*, source_id: int, target_id: int, by: int) -> None:
    was = Follow.objects.select_for_update().filter(source_id=source_id, target_id=target_id).first()
    if was is None:
        return
    was.delete()
    _forget_notices(source_id, target_id)
    if was.pending:
        return
    Endorsement.objects.filter(source_id=source_id, target_id=target_id).delete()
    ListMember.objects.filter(list__account_id=source_id, account_id=target_id).delete()
    _count(source_id=source_id, target_id=target_id, change=-1)
    events.record("follow.removed", account_id=source_id, subject_id=target_id, data={"by": by})
    _rebuild_home_later(source_id)


def _count(*, source_id: int, target_id: int, change: int) -> None:
    # Always in the order of ids, so that two people who follow each other at once do not wait for each other for ever.
    for account_id in sorted((source_id, target_id)):
        name = "following_count" if account_id == source_id else "followers_count"
        Profile.objects.filter(pk=account_id).update(**{name: Greatest(F(name) + change, 0)})


def _forget_notices(source_id: int, target_id: int) -> None:
    Notice.objects.filter(
        account_id=target_id, kind__in=(Notice.Kind.FOLLOW, Notice.Kind.FOLLOW_REQUEST), from_account_id=source_id
    ).delete()


def _rebuild_home_later(account_id: int) -> None:
    # Without Redis there is no timeline to drop, and the follow stands all the same.
    after_commit(home_store.drop, account_id)
