"""A client's bytes into pixels, within bounds that hold before anything is decoded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

import numpy as np
from PIL import Image as Pillow
from PIL import ImageFile, ImageOps

from identity.engines.ports import Image

# Ten scans are usual in a progressive JPEG. Thousands fit into a megabyte, each costing a pass over all pixels
# (Imagination Technologies, "Two issues with the JPEG standard", 2015).
_MAX_SCANS = 64

strict_pillow = Lock()
"""Held while decoding, and by whoever must import a package that loosens Pillow for the whole process, until undone."""


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """Bounds of one frame. Images longer than `working_side` are shrunk to it, so that later steps cost the same."""

    max_bytes: int = 4 * 1024 * 1024
    max_pixels: int = 25_000_000
    max_side: int = 8192
    min_side: int = 160
    working_side: int = 1280


class ImageRefused(ValueError):
    """Why an image was not taken: a stable `code`, a `sentence` for a person, the `limit` that was crossed."""

    def __init__(self, code: str, sentence: str, limit: int | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.limit = limit


def decode(data: bytes, *, limits: ImageLimits = ImageLimits()) -> Image:
    """RGB pixels of a JPEG, PNG or WebP still, upright (EXIF), alpha laid on white, at most `working_side` long.

    The kind is judged by content. Raises ImageRefused with code `image_empty`, `image_too_large`, `image_kind`,
    `image_too_many_pixels`, `image_too_wide`, `image_too_small`, `image_animated` or `image_damaged`.
    """
    with _opened(data, limits) as picture:
        # Ask the JPEG decoder for a smaller picture straight away, where that is enough.
        picture.draft(None, (limits.working_side, limits.working_side))
        if ImageFile.LOAD_TRUNCATED_IMAGES:
            raise RuntimeError("Something has told Pillow to load truncated images, for the whole process.")
        picture.load()
        upright = ImageOps.exif_transpose(_rgb(_shrunk(picture, limits.working_side), picture))
    return np.asarray(upright, dtype=np.uint8)


def inspect(data: bytes, *, limits: ImageLimits = ImageLimits()) -> tuple[int, int]:
    """Width and height from the header alone: cheap enough for a web process, before anything is kept.

    Raises ImageRefused as `decode` does, but sees no damage beyond the header.
    """
    with _opened(data, limits) as picture:
        return picture.size


@contextmanager
def _opened(data: bytes, limits: ImageLimits) -> Iterator[Pillow.Image]:
    if not data:
        raise ImageRefused("image_empty", "The image is empty.")
    if len(data) > limits.max_bytes:
        raise ImageRefused(
            "image_too_large",
            f"The image has {len(data):,} bytes; at most {limits.max_bytes:,} are taken.",
            limits.max_bytes,
        )
    _refuse_unless_still(data)
    with (
        _refusing_what_pillow_refuses(limits),
        strict_pillow,
        Pillow.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture,
    ):
        _check_size(picture.size, limits)
        if picture.format != "MPO" and getattr(picture, "is_animated", False):
            raise _animated()
        yield picture


def _refuse_unless_still(data: bytes) -> None:
    if data[:3] == b"\xff\xd8\xff":
        if data.count(b"\xff\xda") > _MAX_SCANS:
            raise ImageRefused("image_damaged", f"The JPEG has more than {_MAX_SCANS} scans.", _MAX_SCANS)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        # Pillow's WebP reader reserves the canvas when it opens a file: look at the animation flag before.
        if data[12:16] == b"VP8X" and len(data) > 20 and data[20] & 0x02:
            raise _animated()
    elif data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ImageRefused("image_kind", "This is not an image we can read: send a JPEG, PNG or WebP.")


def _animated() -> ImageRefused:
    return ImageRefused("image_animated", "The image is animated: send single still frames.")


def _check_size(size: tuple[int, int], limits: ImageLimits) -> None:
    width, height = size
    if max(size) > limits.max_side:
        raise ImageRefused(
            "image_too_wide",
            f"The image is {width} x {height} pixels; no side may be longer than {limits.max_side}.",
            limits.max_side,
        )
    if width * height > limits.max_pixels:
        raise ImageRefused(
            "image_too_many_pixels",
            f"The image has {width * height:,} pixels; at most {limits.max_pixels:,} are taken.",
            limits.max_pixels,
        )
    if min(size) < limits.min_side:
        raise ImageRefused(
            "image_too_small",
            f"The image is {width} x {height} pixels; each side needs at least {limits.min_side}.",
            limits.min_side,
        )


def _shrunk(picture: Pillow.Image, side: int) -> Pillow.Image:
    if max(picture.size) <= side:
        return picture
    if picture.mode in ("P", "PA", "1"):
        picture = picture.convert("RGBA")
    scale = side / max(picture.size)
    width, height = picture.size
    return picture.resize((max(1, round(width * scale)), max(1, round(height * scale))), Pillow.Resampling.BOX)


def _rgb(picture: Pillow.Image, original: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith("I"):
        picture = Pillow.fromarray((np.asarray(picture) >> 8).clip(0, 255).astype(np.uint8))
    elif "A" in picture.mode or "transparency" in picture.info:
        opaque = picture.convert("RGBA")
        picture = Pillow.new("RGB", opaque.size, "white")
        picture.paste(opaque, mask=opaque.getchannel("A"))
    converted = picture.convert("RGB")
    # exif_transpose reads the orientation from here; resize and convert may have dropped it.
    converted.getexif()[0x0112] = original.getexif().get(0x0112, 1)
    return converted


@contextmanager
def _refusing_what_pillow_refuses(limits: ImageLimits) -> Iterator[None]:
    try:
        yield
    except (ImageRefused, RuntimeError):
        raise
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise ImageRefused(
            "image_too_many_pixels",
            f"The image has too many pixels; at most {limits.max_pixels:,} are taken.",
            limits.max_pixels,
        ) from error
    # Pillow's readers raise some ten unrelated types on hostile bytes (OSError, SyntaxError, struct.error,
    # zlib.error, KeyError...), and every one of them means the same to the person who sent the file.
    except Exception as error:
        raise ImageRefused("image_damaged", "The image is damaged or incomplete: send it again.") from error
