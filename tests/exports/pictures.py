"""Uploaded and generated images for the tests of exports, made by the operations that clients reach."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from feed.jobs.generate_image import generate_image
from feed.models import Generation, MediaAttachment
from feed.operations.images import request_generation
from feed.operations.uploads import upload_media
from identity.models import Account


def drawing(seed: int = 1, *, size: tuple[int, int] = (240, 180)) -> bytes:
    """A JPEG of blurred colours, another one for each seed."""
    random = np.random.default_rng(seed)
    small = Image.fromarray(random.integers(0, 255, (6, 8, 3), dtype=np.uint8))
    out = io.BytesIO()
    small.resize(size, Image.Resampling.BICUBIC).save(out, "JPEG")
    return out.getvalue()


def photograph(faces: Path) -> bytes:
    """A photograph of somebody."""
    return sorted(faces.rglob("*.jpg"))[0].read_bytes()


def uploaded(account: Account, data: bytes, *, alt: str = "") -> MediaAttachment:
    """An image as a client uploads it."""
    return upload_media(account_id=account.pk, file=io.BytesIO(data), description=alt)


def generated(account: Account, prompt: str) -> Generation:
    """An image that a machine made here; the worker's part is done at once."""
    generation = request_generation(account_id=account.pk, prompt=prompt, width=256, height=256)
    generate_image(generation.pk)
    generation.refresh_from_db()
    assert generation.media is not None, generation.reason
    return generation


def media_of(generation: Generation) -> MediaAttachment:
    """What was made."""
    assert generation.media is not None
    return generation.media
