"""Announcements: the operators write them, people put them aside and react to them."""

import unicodedata

from django.db import transaction
from django.utils import timezone

from common.after_commit import after_commit
from common.problems import NotFound, Problem
from feed.jobs.announcements import tell_announcement, tell_gone, tell_reaction
from feed.models import Announcement, AnnouncementReaction, AnnouncementRead
from feed.operations.accounts import require_may_write
from feed.queries.announcements import published_announcement

MOST_EMOJIS = 8
LONGEST_EMOJI = 40
# What emojis are made of beside symbols: joiners, variation selectors, tags, the frame of a keycap.
PARTS = {"Cf", "Mn", "Me", "Sk"}


def save_announcement(row: Announcement) -> None:
    """Keep what an operator wrote. One that is out, or has just been taken back, is told to all who listen."""
    with transaction.atomic():
        row.save()
        is_out = row.published_at is not None and row.published_at <= timezone.now()
        after_commit(tell_announcement if is_out else tell_gone, row.pk)


def delete_announcement(row: Announcement) -> None:
    """Take one back for good."""
    announcement_id = row.pk
    with transaction.atomic():
        row.delete()
        after_commit(tell_gone, announcement_id)


def dismiss_announcement(*, account_id: int, announcement_id: int) -> None:
    """Put one aside; twice changes nothing. Raises NotFound."""
    row = published_announcement(announcement_id)
    AnnouncementRead.objects.get_or_create(announcement=row, account_id=account_id)


def react(*, account_id: int, announcement_id: int, name: str) -> None:
    """Give an emoji. Raises NotAllowed (personhood), NotFound, Problem for what is no emoji, for one given already, and
    for a ninth kind under one announcement.
    """
    require_may_write(account_id)
    row = published_announcement(announcement_id)
    if not is_emoji(name):
        raise Problem("Validation failed: Name is not a recognized emoji", field="name")
    with transaction.atomic():
        # One at a time, so that what is counted stays true.
        Announcement.objects.select_for_update(no_key=True).get(pk=row.pk)
        given = AnnouncementReaction.objects.filter(announcement=row)
        if given.filter(account_id=account_id, name=name).exists():
            raise Problem("Duplicate record", code="taken", field="name")
        kinds = set(given.values_list("name", flat=True).distinct())
        if name not in kinds and len(kinds) >= MOST_EMOJIS:
            raise Problem("Validation failed: Limit of different reactions reached", limit=MOST_EMOJIS)
        AnnouncementReaction.objects.create(announcement=row, account_id=account_id, name=name)
        after_commit(tell_reaction, row.pk, name)


def unreact(*, account_id: int, announcement_id: int, name: str) -> None:
    """Take an emoji back. Raises NotFound when it was not given."""
    row = published_announcement(announcement_id)
    if not is_emoji(name):
        raise NotFound("Record not found")
    with transaction.atomic():
        given = AnnouncementReaction.objects.filter(announcement=row, account_id=account_id, name=name)
        if not given.delete()[0]:
            raise NotFound("Record not found")
        after_commit(tell_reaction, row.pk, name)


def is_emoji(name: str) -> bool:
    """Whether a text is one symbol with what belongs to it, by Unicode's categories: no list of all emojis is kept."""
    if not name or len(name) > LONGEST_EMOJI:
        return False
    if name[0] in "0123456789#*":
        return name.endswith("\u20e3") and len(name) <= 3
    categories = [unicodedata.category(one) for one in name]
    return categories[0] in {"So", "Sm", "Po"} and not name.isascii() and set(categories) <= {"So", "Sm", "Po", *PARTS}
