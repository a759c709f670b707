"""Images as clients see them, and who may see them."""

from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from common.problems import NotFound
from feed.engines import source_types
from feed.models import Generation, MediaAttachment, Status
from feed.queries.media_meta import media_meta

# What is not of a status: profiles' pictures, and those of linked pages.
OTHER_FOLDERS = ("avatars/", "headers/", "cards/")
# What a poller sees of a generation's way, in percent.
PROGRESS = {
    Generation.State.QUEUED: 0,
    Generation.State.GENERATING: 25,
    Generation.State.SIGNING: 75,
    Generation.State.DONE: 100,
    Generation.State.REFUSED: 100,
    Generation.State.FAILED: 100,
}
UNFINISHED = (Generation.State.QUEUED, Generation.State.GENERATING, Generation.State.SIGNING)
UNCONVERTED = (MediaAttachment.State.WAITING, MediaAttachment.State.PROCESSING)


def media_url(path: str) -> str:
    """The public address of a stored file."""
    return f"{settings.PUBLIC_URL}{settings.MEDIA_URL}{path}"


def render_media(attachment: MediaAttachment) -> dict[str, Any]:
    """Mastodon's MediaAttachment entity, with how the image came to be under `humankind`."""
    term = attachment.digital_source_type
    ready = attachment.state == MediaAttachment.State.READY
    preview = attachment.preview or (attachment.file if attachment.kind == MediaAttachment.Kind.IMAGE else "")
    return {
        "id": str(attachment.pk),
        "type": attachment.kind,
        "url": media_url(attachment.file) if ready else None,
        "preview_url": media_url(preview) if preview else None,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": media_meta(attachment),
        "description": attachment.description or None,
        "blurhash": attachment.blurhash or None,
        "humankind": {
            "source": attachment.source,
            "machine_made": is_machine_made(attachment),
            "digital_source_type": source_types.uri_of(term) if term else None,
            "provenance_url": f"{settings.PUBLIC_URL}/api/humankind/v1/media/{attachment.pk}/provenance",
        },
    }


def render_generation(generation: Generation) -> dict[str, Any]:
    """A generation as its owner sees it. `media` is there once `state` is `done`."""
    return {
        "id": str(generation.pk),
        "prompt": generation.prompt,
        "width": generation.width,
        "height": generation.height,
        "state": generation.state,
        "progress": PROGRESS[Generation.State(generation.state)],
        "reason": generation.reason or None,
        "engine": generation.engine or None,
        "media": render_media(generation.media) if generation.media else None,
        "created_at": generation.created_at.isoformat(),
        "started_at": generation.started_at.isoformat() if generation.started_at else None,
        "finished_at": generation.finished_at.isoformat() if generation.finished_at else None,
    }


def is_machine_made(attachment: MediaAttachment) -> bool:
    """Whether a machine made the image or part of it, by our own hand or by what the upload said of itself."""
    return attachment.source == MediaAttachment.Source.GENERATED or bool(attachment.digital_source_type)


def least_label(media: list[MediaAttachment]) -> str:
    """The least that a status with these images may be labelled as: `assisted` once a machine made any of them."""
    made = any(is_machine_made(attachment) for attachment in media)
    return Status.MadeBy.ASSISTED if made else Status.MadeBy.HUMAN


def generations_of(account_id: int) -> QuerySet[Generation]:
    """An account's own generations, with their media."""
    return Generation.objects.filter(account_id=account_id).select_related("media")


def own_generation(*, account_id: int, generation_id: int) -> Generation:
    """Raises NotFound for somebody else's as for one that never was."""
    found = generations_of(account_id).filter(pk=generation_id).first()
    if found is None:
        raise NotFound("There is no such generation.")
    return found


def own_media(*, account_id: int, media_id: int, lock: bool = False) -> MediaAttachment:
    """An account's own upload, until it is posted. Raises NotFound."""
    rows = MediaAttachment.objects.select_for_update(no_key=True) if lock else MediaAttachment.objects.all()
    found = rows.filter(pk=media_id, account_id=account_id, status=None).first()
    if found is None:
        raise NotFound("Record not found")
    return found


def file_tag(path: str) -> str:
    """What tells the bytes of a stored file from others. Raises NotFound, also while its status is deleted or withheld."""
    if path.startswith(OTHER_FOLDERS):
        # Nobody can guess such a name, and it goes with its picture; no row is asked.
        return PurePosixPath(path).name
    found = MediaAttachment.objects.select_related("status").filter(Q(file=path) | Q(preview=path)).first()
    if found is None or (found.status and (found.status.deleted_at or found.status.withheld_at)):
        raise NotFound("Record not found")
    return found.sha256 if path == found.file else PurePosixPath(path).name
