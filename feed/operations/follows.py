"""Who reads whom."""

import re
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from common import events
from common.after_commit import after_commit
from common.problems import Conflict, NotAllowed, NotFound, Problem
from feed.jobs.notices import notify as write_notices
from feed.models import Block, Endorsement, Follow, ListMember, Notice, Profile
from feed.operations.accounts import require_may_write
from feed.operations.pairs import lock_pair
from feed.queries import home_store

MOST_FOLLOWED = 7500
LANGUAGE = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})?", re.IGNORECASE)


def follow(
    *,
    source_id: int,
    target_id: int,
    reblogs: bool | None = None,
    notify: bool | None = None,
    languages: Sequence[str] | None = None,
) -> Follow:
    """Follow, or ask to follow a locked account. Following again changes the options that are given, and no other.

    `reblogs`: also what the target reblogs (as long as nothing else is said, yes); `notify`: a notice for each of its
    statuses (no); `languages`: only statuses in these (all). Raises NotFound, NotAllowed (personhood, suspended, oneself,
    a block between the two), Problem for an unknown language and for more than 7,500 followed.
    """
    own = require_may_write(source_id)
    if source_id == target_id:
        raise NotAllowed("Following your own account is not allowed", code="self")
    options = {
        name: value
        for name, value in (("reblogs", reblogs), ("notify", notify), ("languages", _checked(languages)))
        if value is not None
    }
    with transaction.atomic():
        target = lock_pair(source_id, target_id)
        if target.restriction == Profile.Restriction.SUSPENDED:
            raise Conflict("This account is suspended.", code="suspended", status=403)
        between = Q(source_id=source_id, target_id=target_id) | Q(source_id=target_id, target_id=source_id)
        if Block.objects.filter(between).exists():
            raise NotAllowed("This action is not allowed", code="blocked")
        found = Follow.objects.filter(source_id=source_id, target_id=target_id).first()
        if found is not None:
            return _change(found, options)
        if own.following_count >= MOST_FOLLOWED:
            raise Problem(f"An account follows at most {MOST_FOLLOWED} others.", code="limit", limit=MOST_FOLLOWED)
        made = Follow.objects.create(source_id=source_id, target_id=target_id, pending=target.locked, **options)
        kind = Notice.Kind.FOLLOW_REQUEST if made.pending else Notice.Kind.FOLLOW
        write_notices([Notice(account_id=target_id, kind=kind, from_account_id=source_id)])
        if not made.pending:
            _begin(made)
    return made


def unfollow(*, source_id: int, target_id: int) -> None:
    """Stop following, or take a request back; what was followed leaves the home timeline at once. Raises NotFound."""
    with transaction.atomic():
        lock_pair(source_id, target_id)
        end_follow(source_id=source_id, target_id=target_id, by=source_id)


def accept_follow(*, account_id: int, source_id: int) -> None:
    """Let somebody follow who asked to. Raises NotFound when nobody asked."""
    with transaction.atomic():
        lock_pair(account_id, source_id)
        asked = Follow.objects.filter(source_id=source_id, target_id=account_id, pending=True).first()
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
    """Make `source_id` stop following. Raises NotFound."""
    with transaction.atomic():
        lock_pair(account_id, source_id)
        end_follow(source_id=source_id, target_id=account_id, by=account_id)


def end_follow(*, source_id: int, target_id: int, by: int) -> None:
    """End a follow or a request, and what rests on it; call it in a transaction that holds the pair."""
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


def _checked(languages: Sequence[str] | None) -> list[str] | None:
    if languages is None:
        return None
    given = list(dict.fromkeys(one for one in languages if one))
    for one in given:
        if not LANGUAGE.fullmatch(one):
            raise Problem("languages are ISO 639 codes, such as en.", field="languages")
    return given


def _change(found: Follow, options: Mapping[str, object]) -> Follow:
    changed = [name for name, value in options.items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, options[name])
    if changed:
        found.save(update_fields=changed)
        _rebuild_home_later(found.source_id)
    return found


def _begin(made: Follow) -> None:
    _count(source_id=made.source_id, target_id=made.target_id, change=1)
    events.record("follow.created", account_id=made.source_id, subject_id=made.target_id)
    _rebuild_home_later(made.source_id)


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
