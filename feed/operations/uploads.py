"""Upload an image, a film or a sound."""

import hashlib
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from common.after_commit import after_commit
from common.engine_loader import engine
from common.problems import Problem, TooMany
from common.rate_limits import spend
from feed.engines import pictures, provenance
from feed.engines.pictures import PictureRefusedError
from feed.engines.recordings import LARGEST_RECORDING, RecordingEngine, RecordingRefusedError
from feed.jobs import media_files
from feed.jobs.convert_media import KINDS
from feed.jobs.previews import Preview, store_preview
from feed.models import MediaAttachment
from feed.operations.accounts import require_may_write
from feed.operations.media import Focus, check_description, thumbnail_from
from feed.queries.certificates import signing_certificates
from feed.tasks import convert_media

NO_RECORDINGS = "This server takes still images only: it has no program to convert film, sound and animations with."
STILL_ONLY = "Animated PNG and WebP images are not taken; send a GIF or a film, or a still image."


def upload_media(
    *,
    account_id: int,
    file: BinaryIO,
    description: str = "",
    focus: Focus | None = None,
    thumbnail: BinaryIO | None = None,
) -> MediaAttachment:
    """Take a file, bounded and looked at: an image is finished at once, what moves or sounds waits for a worker.

    What it says of having been made by a machine is read first, and stays as its label. Raises NotAllowed (personhood,
    suspended), TooMany, Problem (nothing that is taken, too large, too long, damaged, description too long).
    """
    require_may_write(account_id)
    check_description(description)
    allowance = spend("uploads", who=f"account:{account_id}", limit=settings.UPLOADS_PER_HOUR, minutes=60)
    if allowance.exceeded:
        raise TooMany(
            f"{allowance.limit} files an hour can be uploaded by one account.",
            limit=allowance.limit,
            more={"retry_after": allowance.seconds_left()},
        )
    # One byte more than is allowed tells a file that is too large without reading all of it.
    data = file.read(LARGEST_RECORDING + 1)
    given = {"focus_x": focus.x, "focus_y": focus.y} if focus else {}
    row = MediaAttachment(account_id=account_id, source="upload", description=description.strip(), **given)
    preview = thumbnail_from(thumbnail) if thumbnail is not None else None
    try:
        return _stored(row, data, preview)
    except Exception as error:
        # Whatever was stored so far belongs to no row.
        media_files.remove(*(path for path in (row.file, row.original, row.preview) if path))
        if preview:
            media_files.remove(preview.path)
        if isinstance(error, PictureRefusedError | RecordingRefusedError):
            raise Problem(str(error), code="unusable_file", field="file", limit=error.limit) from error
        raise


def _stored(row: MediaAttachment, data: bytes, preview: Preview | None) -> MediaAttachment:
    if not pictures.looks_like_picture(data):
        return _recording(row, data, preview)
    opened = pictures.open_picture(data)
    if pictures.is_animated(opened):
        if opened.format != "GIF":
            raise PictureRefusedError(STILL_ONLY)
        return _recording(row, data, preview)
    return _image(row, data, preview)


def _image(row: MediaAttachment, data: bytes, preview: Preview | None) -> MediaAttachment:
    picture = pictures.decode(data)
    full = pictures.encode(picture)
    row.digital_source_type = _claim(data, pictures.content_type_of(data))
    row.width, row.height, row.content_type = full.width, full.height, full.content_type
    row.size, row.sha256 = len(full.data), hashlib.sha256(full.data).hexdigest()
    row.file = media_files.store_bytes(f"{media_files.fresh_name('uploads')}.{full.suffix}", full.data)
    _take(row, preview or store_preview(picture))
    row.save(force_insert=True)
    return row


def _recording(row: MediaAttachment, data: bytes, preview: Preview | None) -> MediaAttachment:
    if not data:
        raise RecordingRefusedError("The file is empty.")
    if len(data) > LARGEST_RECORDING:
        raise RecordingRefusedError(
            f"A film, a sound or an animation has at most {LARGEST_RECORDING // 10**6} MB.", limit=LARGEST_RECORDING
        )
    recorder = engine("RECORDING_ENGINE", RecordingEngine)  # type: ignore[type-abstract]  # the port is named, not made
    if not recorder.is_there():
        raise RecordingRefusedError(NO_RECORDINGS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "original"
        path.write_bytes(data)
        seen = recorder.examine(path)
        frame = recorder.frame(path) if seen.has_picture else None
    row.digital_source_type = _claim(data, seen.content_type)
    row.kind, row.state = KINDS[seen.made], MediaAttachment.State.WAITING
    row.width, row.height, row.content_type = seen.width, seen.height, seen.content_type
    row.size, row.sha256 = len(data), hashlib.sha256(data).hexdigest()
    row.original = media_files.store_bytes(f"{media_files.fresh_name('incoming')}.original", data)
    if preview is None and frame is not None:
        preview = store_preview(pictures.decode(frame))
    if preview:
        _take(row, preview)
    with transaction.atomic():
        row.save(force_insert=True)
        # Without a broker the row waits for the sweep.
        after_commit(convert_media.delay, row.pk)
    return row


def _take(row: MediaAttachment, preview: Preview) -> None:
    row.preview, row.blurhash = preview.path, preview.blurhash
    row.meta = {**row.meta, "small": [preview.width, preview.height]}


def _claim(data: bytes, content_type: str) -> str:
    return provenance.machine_made_claim(data, content_type=content_type, certificates=signing_certificates())
