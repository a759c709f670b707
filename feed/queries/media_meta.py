"""The figures of a medium as Mastodon gives them, and the bounds that the instance document names."""

from typing import Any

from common.engine_loader import engine
from feed.engines.pictures import FORMATS, LARGEST_UPLOAD, MOST_PIXELS, PREVIEW_SIDE, fitted
from feed.engines.recordings import (
    LARGEST_RECORDING,
    MOST_FILM_PIXELS,
    MOST_FRAMES_A_SECOND,
    RECORDING_TYPES,
    RecordingEngine,
)
from feed.models import MediaAttachment

LONGEST_DESCRIPTION = 1500


def media_meta(attachment: MediaAttachment) -> dict[str, Any]:
    """Sizes, focus where one is set, and for what moves or sounds also the figures that older clients read at the top."""
    width, height, known = attachment.width, attachment.height, attachment.meta
    meta: dict[str, Any] = {}
    if attachment.focus_x or attachment.focus_y:
        meta["focus"] = {"x": attachment.focus_x, "y": attachment.focus_y}
    if attachment.kind == MediaAttachment.Kind.IMAGE:
        meta["original"] = _size(width, height)
    else:
        seconds = float(known.get("duration") or 0)
        original: dict[str, Any] = {"width": width, "height": height} if width and height else {}
        if known.get("frame_rate"):
            original["frame_rate"] = known["frame_rate"]
        if seconds:
            original["duration"] = seconds
            meta |= {"length": _length(seconds), "duration": seconds}
        if known.get("bitrate"):
            original["bitrate"] = known["bitrate"]
        if width and height:
            meta |= _size(width, height)
        meta["original"] = original
    if small := known.get("small"):
        meta["small"] = _size(*small)
    elif width and height:
        meta["small"] = _size(*fitted(width, height, PREVIEW_SIDE))
    return meta


def media_limits() -> dict[str, Any]:
    """`configuration.media_attachments` of the instance document; film and sound only where they can be converted."""
    recorder = engine("RECORDING_ENGINE", RecordingEngine)  # type: ignore[type-abstract]  # the port is named, not made
    films = recorder.is_there()
    return {
        "supported_mime_types": [*FORMATS.values(), *(RECORDING_TYPES if films else ())],
        "description_limit": LONGEST_DESCRIPTION,
        "image_size_limit": LARGEST_UPLOAD,
        "image_matrix_limit": MOST_PIXELS,
        "video_size_limit": LARGEST_RECORDING if films else 0,
        "video_frame_rate_limit": MOST_FRAMES_A_SECOND if films else 0,
        "video_matrix_limit": MOST_FILM_PIXELS if films else 0,
    }


def _size(width: int, height: int) -> dict[str, Any]:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": round(width / height, 6)}


def _length(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{rest:05.2f}"
