"""How an account stands to others, for its archive; others appear by the name that it knows them by, and no further."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import F

from common.archive import ArchivePart, records_of
from feed.models import AccountNote, Block, Follow, Mute, SuggestionDismissal


def relation_parts(account_id: int) -> Iterator[ArchivePart]:
    """Parts in the order in which they are written."""
    named = {"username": F("target__username")}
    following = Follow.objects.filter(source_id=account_id).annotate(**named)
    shown: tuple[str, ...] = ("username", "pending", "reblogs", "notify", "languages", "at")
    yield ArchivePart("following", "Whom you follow.", records_of(following, *shown))
    yield ArchivePart("followers", "How many follow you. Who they are is theirs.", _followers(account_id))
    blocks = Block.objects.filter(source_id=account_id).annotate(**named)
    yield ArchivePart("blocks", "Whom you block.", records_of(blocks, "username", "at"))
    mutes = Mute.objects.filter(source_id=account_id).annotate(**named)
    shown = ("username", "hide_notifications", "expires_at", "at")
    yield ArchivePart("mutes", "Whom you mute.", records_of(mutes, *shown))
    notes = AccountNote.objects.filter(source_id=account_id).annotate(**named)
    yield ArchivePart("account_notes", "What you noted of others.", records_of(notes, "username", "text", "at"))
    dismissed = SuggestionDismissal.objects.filter(source_id=account_id).annotate(**named)
    yield ArchivePart(
        "dismissed_suggestions", "Whom you do not want suggested.", records_of(dismissed, "username", "at")
    )


def _followers(account_id: int) -> Iterable[Mapping[str, Any]]:
    yield {"followers": Follow.objects.filter(target_id=account_id, pending=False).count()}
