"""Decodes what people upload, within bounds, and writes images anew without their metadata."""

import io
import warnings
from dataclasses import dataclass

import blurhash
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}
LARGEST_UPLOAD = 16 * 1024 * 1024
MOST_PIXELS = 33_177_600
LONGEST_SIDE = 8192
STORED_SIDE = 2560
PREVIEW_SIDE = 640
# How files begin that Pillow reads; whatever begins otherwise is no still picture.
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8")
DAMAGED = "The image is cut short or damaged and cannot be read to its end."


class PictureRefusedError(Exception):
    """The file is no picture that can be taken; its text is a sentence for the person, `limit` the bound passed."""

    def __init__(self, sentence: str, *, limit: int | None = None) -> None:
        super().__init__(sentence)
        self.limit = limit


@dataclass(frozen=True)
class Encoded:
    """A finished file in memory; sizes in pixels."""

    data: bytes
    content_type: str
    width: int
    height: int

    @property
    def suffix(self) -> str:
        """The usual ending of its file name."""
        return SUFFIXES[self.content_type]


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """The size that fits into a square of `side`, in the same proportions; never larger than it was."""
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def looks_like_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a format that is read here, damaged or not."""
    return data.startswith(BEGINNINGS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def content_type_of(data: bytes) -> str:
    """The media type that the bytes themselves show. Raises PictureRefusedError when it is none that is taken."""
    return FORMATS[open_picture(data).format or ""]


def decode(data: bytes) -> Image.Image:
    """The picture upright in RGB, or in RGBA where it is translucent. Raises PictureRefusedError.

    Bytes and pixels are bounded before a single row is decoded.
    """
    picture = open_picture(data)
    if is_animated(picture):
        raise PictureRefusedError("Animated images are not taken yet; send a still one.")
    try:
        return upright(picture)
    except (OSError, ValueError, SyntaxError, IndexError, TypeError, MemoryError) as error:
        raise PictureRefusedError(DAMAGED) from error


def is_animated(picture: Image.Image) -> bool:
    """Whether there is more than one frame."""
    return bool(getattr(picture, "is_animated", False))


def upright(picture: Image.Image) -> Image.Image:
    """The first frame in RGB or RGBA, turned as its metadata says. Raises what Pillow raises for damaged files."""
    picture.load()
    turned = ImageOps.exif_transpose(picture)
    translucent = turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info
    return turned.convert("RGBA" if translucent else "RGB")


def encode(picture: Image.Image, *, side: int = STORED_SIDE, png: bool = False) -> Encoded:
    """Written anew, no side longer than `side`, with nothing of the original's metadata: JPEG, or PNG if translucent or asked for."""
    size = fitted(picture.width, picture.height, side)
    resized = picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS)
    # A fresh canvas takes only the pixels along; Pillow would write some of `info` back.
    bare = Image.new(resized.mode, resized.size)
    bare.paste(resized)
    out = io.BytesIO()
    if png or bare.mode == "RGBA":
        bare.save(out, "PNG", optimize=True)
        return Encoded(out.getvalue(), "image/png", *bare.size)
    bare.save(out, "JPEG", quality=90, optimize=True)
    return Encoded(out.getvalue(), "image/jpeg", *bare.size)


def blurhash_of(picture: Image.Image) -> str:
    """The picture as a few blurred colours (4 x 4 components), shown until it has come (https://blurha.sh)."""
    small = picture.convert("RGB").resize((32, 32), Image.Resampling.BOX)
    text: str = blurhash.encode(np.asarray(small).tolist(), 4, 4)
    return text


def preview(picture: Image.Image, *, png: bool = False) -> Encoded:
    """A small copy for lists."""
    return encode(picture, side=PREVIEW_SIDE, png=png)


def open_picture(data: bytes) -> Image.Image:
    """The file with its bytes and pixels bounded, before a row is decoded. Raises PictureRefusedError."""
    if not data:
        raise PictureRefusedError("The file is empty.")
    if len(data) > LARGEST_UPLOAD:
        raise PictureRefusedError(f"An image has at most {LARGEST_UPLOAD // 2**20} MB.", limit=LARGEST_UPLOAD)
    try:
        with warnings.catch_warnings():
            # Our own bound below is the one that counts.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=tuple(FORMATS))
    except Image.DecompressionBombError as error:
        raise PictureRefusedError(f"An image has at most {MOST_PIXELS} pixels.", limit=MOST_PIXELS) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, IndexError, TypeError) as error:
        raise PictureRefusedError("The file is not a JPEG, PNG, WebP or GIF image.") from error
    if picture.width * picture.height > MOST_PIXELS:
        raise PictureRefusedError(
            f"An image has at most {MOST_PIXELS} pixels; this one has {picture.width} x {picture.height}.",
            limit=MOST_PIXELS,
        )
    if max(picture.size) > LONGEST_SIDE:
        raise PictureRefusedError(
            f"An image is at most {LONGEST_SIDE} pixels long; this one has {picture.width} x {picture.height}.",
            limit=LONGEST_SIDE,
        )
    return picture
