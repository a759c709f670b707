"""A few photographs of nothing, uploaded as any other; in a large world many statuses show the same files."""

import io

import numpy as np
from PIL import Image

from feed.models import MediaAttachment
from feed.operations.uploads import upload_media

PICTURES = 8
WIDTH, HEIGHT = 640, 480


def picture(place: int) -> bytes:
    """A JPEG of soft colours, the same for the same place."""
    random = np.random.default_rng(place)
    small = random.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    drawn = Image.fromarray(small).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    written = io.BytesIO()
    drawn.save(written, "JPEG", quality=80)
    return written.getvalue()


def described(place: int) -> str:
    """What the picture shows, in words."""
    return f"Soft colours, number {place % PICTURES}"


def upload(*, account_id: int, place: int) -> MediaAttachment:
    """Upload one of the pictures by the operation. Raises as `upload_image` does."""
    file = io.BytesIO(picture(place % PICTURES))
    return upload_media(account_id=account_id, file=file, description=described(place))
