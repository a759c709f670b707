"""Block and unblock. Neither has anything of the other while a block stands, whoever set it."""

from django.db import transaction
from django.db.models import Q

from common.after_commit import after_commit
from feed.models import Block, Endorsement, Notice, SuggestionDismissal
from feed.operations.follows import end_follow
from feed.operations.pairs import lock_pair
from feed.queries import home_store


def block(*, source_id: int, target_id: int) -> None:
    """Block: follows, requests, endorsements and notices between the two end, both ways. Twice changes nothing.

    Whoever is not admitted may block too: it concerns oneself. Blocking oneself does nothing. Raises NotFound.
    """
    if source_id == target_id:
        return
    with transaction.atomic():
        lock_pair(source_id, target_id)
        _, is_new = Block.objects.get_or_create(source_id=source_id, target_id=target_id)
        if not is_new:
            return
        end_follow(source_id=source_id, target_id=target_id, by=source_id)
        end_follow(source_id=target_id, target_id=source_id, by=source_id)
        _forget_between(source_id, target_id)
        _rebuild_homes_later(source_id, target_id)


def unblock(*, source_id: int, target_id: int) -> None:
    """Take a block back; what ended with it does not come back. Without a block nothing happens. Raises NotFound."""
    if source_id == target_id:
        return
    with transaction.atomic():
        lock_pair(source_id, target_id)
        number, _ = Block.objects.filter(source_id=source_id, target_id=target_id).delete()
        if number:
            _rebuild_homes_later(source_id, target_id)


def _forget_between(one: int, other: int) -> None:
    between = Q(source_id=one, target_id=other) | Q(source_id=other, target_id=one)
    Endorsement.objects.filter(between).delete()
    SuggestionDismissal.objects.filter(between).delete()
    told = Q(account_id=one, from_account_id=other) | Q(account_id=other, from_account_id=one)
    Notice.objects.filter(told).exclude(kind=Notice.Kind.MODERATION).delete()


def _rebuild_homes_later(*account_ids: int) -> None:
    for account_id in account_ids:
        after_commit(home_store.drop, account_id)
