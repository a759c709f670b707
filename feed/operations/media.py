"""Describe, change and delete an upload."""

import math
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction

from common import events
from common.after_commit import after_commit
from common.problems import NotFound, Problem
from feed.engines import pictures
from feed.engines.pictures import LARGEST_UPLOAD, PictureRefusedError
from feed.jobs import media_files
from feed.jobs.previews import Preview, store_preview
from feed.models import MediaAttachment, ScheduledStatus
from feed.operations.accounts import require_may_write
from feed.queries.images import own_media
from feed.queries.media_meta import LONGEST_DESCRIPTION


@dataclass(frozen=True)
class Focus:
    """The point that a cut preview should keep: x from -1 (left) to 1 (right), y from -1 (bottom) to 1 (top)."""

    x: float
    y: float


def focus_from(text: str) -> Focus:
    """The focus as clients write it, "x,y"; what lies outside is brought to the edge. Raises Problem."""
    try:
        x, y = (float(part) for part in text.split(","))
    except (ValueError, OverflowError):
        x = y = math.nan
    if math.isnan(x) or math.isnan(y):
        raise Problem("focus is two numbers from -1 to 1 with a comma between, such as 0.5,-0.25.", field="focus")
    return Focus(min(1.0, max(-1.0, x)), min(1.0, max(-1.0, y)))


def thumbnail_from(file: BinaryIO) -> Preview:
    """Store a preview of the person's own choice. Raises Problem."""
    try:
        data = file.read(LARGEST_UPLOAD + 1)
        # Drawings stay sharp: what came as PNG stays PNG.
        return store_preview(pictures.decode(data), png=pictures.content_type_of(data) == "image/png")
    except PictureRefusedError as refusal:
        raise Problem(str(refusal), code="unusable_image", field="thumbnail", limit=refusal.limit) from refusal


def update_media(
    *,
    account_id: int,
    media_id: int,
    description: str | None = None,
    focus: Focus | None = None,
    thumbnail: BinaryIO | None = None,
) -> MediaAttachment:
    """Set the text for those who cannot see it, the focus and the preview; None leaves each as it is.

    Raises NotFound (also once it is posted: then it changes with its status), Problem.
    """
    require_may_write(account_id)
    if description is not None:
        check_description(description)
    own_media(account_id=account_id, media_id=media_id)
    preview = thumbnail_from(thumbnail) if thumbnail is not None else None
    try:
        with transaction.atomic():
            media = own_media(account_id=account_id, media_id=media_id, lock=True)
            if description is not None:
                media.description = description.strip()
            if focus:
                media.focus_x, media.focus_y = focus.x, focus.y
            if preview:
                after_commit(media_files.remove, *([media.preview] if media.preview else []))
                media.preview, media.blurhash = preview.path, preview.blurhash
                media.meta = {**media.meta, "small": [preview.width, preview.height]}
            media.save(update_fields=["description", "focus_x", "focus_y", "preview", "blurhash", "meta"])
    except Exception:
        if preview:
            media_files.remove(preview.path)
        raise
    return media


def delete_media(*, account_id: int, media_id: int) -> None:
    """Delete what is attached to no status, files and all. Raises NotFound, Problem while a status has it."""
    with transaction.atomic():
        rows = MediaAttachment.objects.select_for_update().filter(pk=media_id, account_id=account_id)
        media = rows.first()
        if media is None:
            raise NotFound("Record not found")
        waiting = ScheduledStatus.objects.filter(account_id=account_id).values_list("parameters", flat=True)
        if media.status_id or any(str(media_id) in map(str, one.get("media_ids") or []) for one in waiting):
            raise Problem("Media attachment is currently used by a status", code="in_use")
        paths = [path for path in (media.file, media.preview, media.original) if path]
        media.delete()
        # A release may hold it as an image that was not chosen.
        events.record("media.deleted", account_id=account_id, subject_id=media_id)
        after_commit(media_files.remove, *paths)


def check_description(description: str) -> None:
    """Raises Problem for a text that is too long or holds a null character."""
    if len(description) > LONGEST_DESCRIPTION or "\0" in description:
        raise Problem(
            f"A description has at most {LONGEST_DESCRIPTION} characters, none of them null.",
            field="description",
            limit=LONGEST_DESCRIPTION,
        )
