"""The small picture that stands for a medium in lists."""

from dataclasses import dataclass

from PIL import Image

from feed.engines import pictures
from feed.jobs import media_files


@dataclass(frozen=True)
class Preview:
    """A stored preview: its path, its blurred colours, its size in pixels."""

    path: str
    blurhash: str
    width: int
    height: int


def store_preview(picture: Image.Image, *, png: bool = False) -> Preview:
    """Scale down and store, under a name of its own."""
    small = pictures.preview(picture, png=png)
    path = media_files.store_bytes(f"{media_files.fresh_name('uploads')}-small.{small.suffix}", small.data)
    return Preview(path, pictures.blurhash_of(picture), small.width, small.height)
