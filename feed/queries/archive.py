"""All that feed holds on one account, for its archive: its own words, pictures and relations."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet

from common.archive import ArchivePart
from feed.models import Follow, Generation, Marker, MediaAttachment, Notice, Profile, Status


def feed_parts(account_id: int) -> Iterator[ArchivePart]:
    """Parts in the order in which they are written. Other people appear by the name that you follow, and no further."""
    mine = {"account_id": account_id}
    shown: tuple[str, ...] = (
        "display_name",
        "note",
        "locked",
        "discoverable",
        "declared_bot",
        "restriction",
        "last_active_at",
    )
    yield ArchivePart("profile", "How your account shows itself.", _rows(Profile.objects.filter(**mine), *shown))
    shown = ("id", "text", "spoiler_text", "sensitive", "language", "visibility", "in_reply_to_id", "made_by")
    shown += ("for_training", "created_at", "deleted_at", "withheld_at")
    yield ArchivePart("statuses", "Everything that you posted.", _rows(Status.objects.filter(**mine), *shown))
    yield ArchivePart("media", "Your images, with the addresses of their files.", _media(account_id))
    shown = ("id", "prompt", "width", "height", "state", "reason", "engine", "created_at", "finished_at")
    generations = Generation.objects.filter(**mine)
    yield ArchivePart("generations", "Images that you had made.", _rows(generations, *shown))
    following = Follow.objects.filter(source_id=account_id).annotate(username=F("target__username"))
    yield ArchivePart("following", "Whom you follow.", _rows(following, "username", "pending", "at"))
    yield ArchivePart("followers", "How many follow you. Who they are is theirs.", _followers(account_id))
    notices = Notice.objects.filter(kind=Notice.Kind.MODERATION, **mine)
    yield ArchivePart("moderation_notices", "What moderators told you.", _rows(notices, "id", "data", "created_at"))
    markers = Marker.objects.filter(**mine)
    yield ArchivePart(
        "markers", "How far you have read.", _rows(markers, "timeline", "last_read_id", "version", "updated_at")
    )


def _rows(rows: QuerySet[Any], *fields: str) -> Iterable[Mapping[str, Any]]:
    for row in rows.order_by("pk").values(*fields).iterator(chunk_size=2000):
        yield {name: str(value) if name.endswith("id") and value is not None else value for name, value in row.items()}


def _media(account_id: int) -> Iterable[Mapping[str, Any]]:
    fields = ("id", "status_id", "source", "file", "content_type", "width", "height", "size", "sha256", "description")
    for row in _rows(MediaAttachment.objects.filter(account_id=account_id), *fields, "created_at"):
        yield {**row, "url": f"{settings.PUBLIC_URL}{settings.MEDIA_URL}{row['file']}"}


def _followers(account_id: int) -> Iterable[Mapping[str, Any]]:
    yield {"followers": Follow.objects.filter(target_id=account_id, pending=False).count()}
