"""All that feed holds on one account, for its archive: its own words, pictures and relations."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings

from common.archive import ArchivePart, records_of
from feed.models import Generation, Marker, MediaAttachment, Profile, Status, TrainingHold
from feed.queries.archive_interactions import interaction_parts
from feed.queries.archive_notices import notice_parts
from feed.queries.archive_reading import reading_parts
from feed.queries.archive_relations import relation_parts
from feed.queries.archive_writing import writing_parts


def feed_parts(account_id: int) -> Iterator[ArchivePart]:
    """Parts in the order in which they are written. Other people appear by the name that you follow, and no further."""
    mine = {"account_id": account_id}
    shown: tuple[str, ...] = (
        "display_name",
        "note",
        "locked",
        "discoverable",
        "declared_bot",
        "indexable",
        "hide_collections",
        "fields",
        "avatar",
        "avatar_description",
        "header",
        "header_description",
        "attribution_domains",
        "default_visibility",
        "default_sensitive",
        "default_language",
        "default_quote_policy",
        "restriction",
        "last_active_at",
    )
    yield ArchivePart("profile", "How your account shows itself.", records_of(Profile.objects.filter(**mine), *shown))
    holds = records_of(TrainingHold.objects.filter(**mine), "reason", "at")
    yield ArchivePart("training_holds", "Why nothing of you goes into training for now.", holds)
    shown = ("id", "text", "spoiler_text", "sensitive", "language", "visibility", "in_reply_to_id", "made_by")
    shown += ("quote_of_id", "quote_policy", "for_training", "created_at", "deleted_at", "withheld_at")
    written = Status.objects.filter(reblog_of=None, **mine)
    yield ArchivePart("statuses", "Everything that you posted.", records_of(written, *shown))
    yield from writing_parts(account_id)
    yield from interaction_parts(account_id)
    yield from reading_parts(account_id)
    yield ArchivePart("media", "Your images, with the addresses of their files.", _media(account_id))
    shown = ("id", "prompt", "width", "height", "state", "reason", "engine", "created_at", "finished_at")
    generations = Generation.objects.filter(**mine)
    yield ArchivePart("generations", "Images that you had made.", records_of(generations, *shown))
    yield from relation_parts(account_id)
    yield from notice_parts(account_id)
    markers = Marker.objects.filter(**mine)
    yield ArchivePart(
        "markers", "How far you have read.", records_of(markers, "timeline", "last_read_id", "version", "updated_at")
    )


def _media(account_id: int) -> Iterable[Mapping[str, Any]]:
    fields = ("id", "status_id", "source", "file", "content_type", "width", "height", "size", "sha256", "description")
    for row in records_of(MediaAttachment.objects.filter(account_id=account_id), *fields, "created_at"):
        yield {**row, "url": f"{settings.PUBLIC_URL}{settings.MEDIA_URL}{row['file']}"}
