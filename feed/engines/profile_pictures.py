"""Avatars and headers: cut to their shape, written anew; an animated GIF keeps moving and gets a still beside it."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from feed.engines.pictures import DAMAGED, Encoded, PictureRefusedError, encode, is_animated, open_picture, upright

AVATAR_SIZE = (400, 400)
HEADER_SIZE = (1500, 500)
# Mastodon's own limit for both.
LARGEST_PROFILE_PICTURE = 8 * 1024 * 1024
# Of all frames together, as they come in and as they are written; what moves for longer stands still.
MOST_PIXELS_DECODED = 120_000_000
MOST_PIXELS_WRITTEN = 24_000_000


@dataclass(frozen=True)
class ProfilePicture:
    """The file that is shown, and the one that does not move: None where the first does not move either."""

    shown: Encoded
    still: Encoded | None


def profile_picture(data: bytes, *, size: tuple[int, int]) -> ProfilePicture:
    """The picture scaled and cut to exactly `size` pixels, without metadata. Raises PictureRefusedError.

    An animation of more pixels than the bounds above is shown by its first frame alone.
    """
    if len(data) > LARGEST_PROFILE_PICTURE:
        raise PictureRefusedError(
            f"A profile's picture has at most {LARGEST_PROFILE_PICTURE // 2**20} MB.", limit=LARGEST_PROFILE_PICTURE
        )
    picture = open_picture(data)
    try:
        still = ImageOps.fit(upright(picture), size, Image.Resampling.LANCZOS)
        moves = picture.format == "GIF" and is_animated(picture) and _within_bounds(picture, size)
        shown = _animated(picture, size) if moves else None
    except (OSError, ValueError, SyntaxError, IndexError, TypeError, MemoryError, EOFError) as error:
        raise PictureRefusedError(DAMAGED) from error
    if shown is None:
        return ProfilePicture(encode(still), None)
    return ProfilePicture(shown, encode(still.convert("RGBA")))


def _within_bounds(picture: Image.Image, size: tuple[int, int]) -> bool:
    frames = int(getattr(picture, "n_frames", 1))
    decoded = frames * picture.width * picture.height
    return decoded <= MOST_PIXELS_DECODED and frames * size[0] * size[1] <= MOST_PIXELS_WRITTEN


def _animated(picture: Image.Image, size: tuple[int, int]) -> Encoded:
    frames, durations = [], []
    for index in range(int(getattr(picture, "n_frames", 1))):
        picture.seek(index)
        durations.append(min(10_000, max(20, int(picture.info.get("duration") or 100))))
        frame = ImageOps.fit(picture.convert("RGBA"), size, Image.Resampling.BILINEAR)
        frames.append(frame.quantize(255, method=Image.Quantize.FASTOCTREE))
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, disposal=2)
    return Encoded(out.getvalue(), "image/gif", *size)
