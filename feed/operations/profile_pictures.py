"""Store and remove the pictures of a profile; the operation that changes the profile calls these and checks who may."""

import secrets
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from common.problems import Problem, TooMany
from common.rate_limits import spend
from feed.engines.pictures import PictureRefusedError
from feed.engines.profile_pictures import AVATAR_SIZE, HEADER_SIZE, LARGEST_PROFILE_PICTURE, profile_picture
from feed.jobs import media_files
from feed.queries.profile_pictures import still_path


def store_avatar(*, account_id: int, file: BinaryIO) -> str:
    """An avatar of 400 x 400 pixels; gives its path in the media storage. Raises Problem, TooMany."""
    return _store(account_id, file, field="avatar", size=AVATAR_SIZE)


def store_header(*, account_id: int, file: BinaryIO) -> str:
    """A header of 1500 x 500 pixels; gives its path in the media storage. Raises Problem, TooMany."""
    return _store(account_id, file, field="header", size=HEADER_SIZE)


def remove_profile_picture(path: str) -> None:
    """Delete the files of a picture that is shown no longer: call it after the commit (`after_commit`). "" is none."""
    if path:
        media_files.remove(path, still_path(path))


def _store(account_id: int, file: BinaryIO, *, field: str, size: tuple[int, int]) -> str:
    allowance = spend("uploads", who=f"account:{account_id}", limit=settings.UPLOADS_PER_HOUR, minutes=60)
    if allowance.exceeded:
        raise TooMany(
            f"{allowance.limit} images an hour can be uploaded by one account.",
            limit=allowance.limit,
            more={"retry_after": allowance.seconds_left()},
        )
    try:
        made = profile_picture(file.read(LARGEST_PROFILE_PICTURE + 1), size=size)
    except PictureRefusedError as refusal:
        raise Problem(str(refusal), code="unusable_image", field=field, limit=refusal.limit) from refusal
    secret = secrets.token_hex(20)
    path = f"{field}s/{secret[:2]}/{secret}.{made.shown.suffix}"
    if made.still is not None:
        default_storage.save(still_path(path), ContentFile(made.still.data))
    default_storage.save(path, ContentFile(made.shown.data))
    return path
