"""Mute and unmute: who is muted is in no timeline of the one who mutes, and does not learn of it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common.after_commit import after_commit
from common.problems import NotFound, Problem
from feed.models import Mute, Notice, Profile
from feed.queries import home_store

# A century: anything longer is meant for ever, and past it dates end.
LONGEST_SECONDS = 100 * 365 * 86_400


def mute(*, source_id: int, target_id: int, hide_notifications: bool = True, seconds: int = 0) -> None:
    """Mute for so many seconds, 0 for ever; muting again sets both anew. Muting oneself does nothing.

    Whoever is not admitted may mute too. Raises NotFound, and Problem for a duration outside 0 to a century.
    """
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise Problem(
            f"duration is a number of seconds from 0 (for ever) to {LONGEST_SECONDS}.",
            field="duration",
            limit=LONGEST_SECONDS,
        )
    if source_id == target_id:
        return
    with transaction.atomic():
        _require(target_id)
        Mute.objects.update_or_create(
            source_id=source_id,
            target_id=target_id,
            defaults={
                "hide_notifications": hide_notifications,
                "expires_at": timezone.now() + timedelta(seconds=seconds) if seconds else None,
            },
        )
        if hide_notifications:
            Notice.objects.filter(account_id=source_id, from_account_id=target_id).delete()
        after_commit(home_store.drop, source_id)


def unmute(*, source_id: int, target_id: int) -> None:
    """Take a mute back: what was said meanwhile is in the home timeline with the next read. Raises NotFound."""
    with transaction.atomic():
        _require(target_id)
        number, _ = Mute.objects.filter(source_id=source_id, target_id=target_id).delete()
        if number:
            after_commit(home_store.drop, source_id)


def _require(account_id: int) -> None:
    if not Profile.objects.filter(pk=account_id, account__is_active=True).exists():
        raise NotFound("Record not found")
