"""Upload an image, describe it, attach it to a status."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from common.problems import Conflict, Problem, TooMany
from common.rate_limits import spend
from feed.engines import pictures, provenance
from feed.engines.pictures import LARGEST_UPLOAD, PictureRefusedError
from feed.jobs import media_files
from feed.models import MediaAttachment
from feed.operations.accounts import require_may_write
from feed.queries.certificates import signing_certificates
from feed.queries.images import least_label, own_media

MOST_ATTACHED = 4
LONGEST_DESCRIPTION = 1500


def upload_image(*, account_id: int, file: BinaryIO, description: str = "") -> MediaAttachment:
    """Take an image: bounded, decoded, written anew without its metadata.

    What it says of having been made by a machine is read first, and stays as its label. Raises NotAllowed (personhood, suspended),
    TooMany, Problem (no image, too large, damaged, animated, description too long).
    """
    require_may_write(account_id)
    _check_description(description)
    allowance = spend("uploads", who=f"account:{account_id}", limit=settings.UPLOADS_PER_HOUR, minutes=60)
    if allowance.exceeded:
        raise TooMany(f"{allowance.limit} images an hour can be uploaded by one account.", limit=allowance.limit)
    # One byte more than is allowed tells a file that is too large without reading all of it.
    data = file.read(LARGEST_UPLOAD + 1)
    try:
        content_type = pictures.content_type_of(data)
        picture = pictures.decode(data)
    except PictureRefusedError as refusal:
        raise Problem(str(refusal), code="unusable_image", field="file", limit=refusal.limit) from refusal
    claim = provenance.machine_made_claim(data, content_type=content_type, certificates=signing_certificates())
    full, small = pictures.encode(picture), pictures.preview(picture)
    secret = secrets.token_hex(20)
    file_path, preview_path = media_files.store(f"uploads/{secret[:2]}/{secret}", full, small)
    try:
        return MediaAttachment.objects.create(
            account_id=account_id,
            source=MediaAttachment.Source.UPLOAD,
            file=file_path,
            preview=preview_path,
            content_type=full.content_type,
            width=full.width,
            height=full.height,
            size=len(full.data),
            sha256=hashlib.sha256(full.data).hexdigest(),
            description=description.strip(),
            digital_source_type=claim,
        )
    except Exception:
        media_files.remove(file_path, preview_path)
        raise


def describe_media(*, account_id: int, media_id: int, description: str) -> MediaAttachment:
    """Set the text for those who cannot see the image. Raises NotFound, Problem, Conflict once it is posted."""
    require_may_write(account_id)
    _check_description(description)
    media = own_media(account_id=account_id, media_id=media_id)
    if media.status:
        raise Conflict("This image is part of a status already; its description can no longer be changed here.")
    media.description = description.strip()
    media.save(update_fields=["description"])
    return media


def claim_media(*, account_id: int, media_ids: Sequence[int], status_id: int) -> str:
    """Attach an account's own, unattached images to its new status; call it in the transaction that makes the status.

    Gives the least that the status may be labelled as: `assisted` when a machine made any of the images, else `human`.
    Raises Problem for too many images, and for any that is not there, not the account's or attached already.
    """
    wanted = list(dict.fromkeys(media_ids))
    if len(wanted) > MOST_ATTACHED:
        raise Problem(f"A status has at most {MOST_ATTACHED} images.", field="media_ids", limit=MOST_ATTACHED)
    with transaction.atomic():
        free = MediaAttachment.objects.select_for_update(no_key=True).filter(account_id=account_id, status=None)
        found = list(free.filter(pk__in=wanted))
        missing = set(wanted) - {media.pk for media in found}
        if missing:
            raise Problem(f"There is no unattached media {min(missing)} of yours.", code="not_found", field="media_ids")
        MediaAttachment.objects.filter(pk__in=wanted).update(status_id=status_id)
    return least_label(found)


def _check_description(description: str) -> None:
    if len(description) > LONGEST_DESCRIPTION or "\0" in description:
        raise Problem(
            f"A description has at most {LONGEST_DESCRIPTION} characters, none of them null.",
            field="description",
            limit=LONGEST_DESCRIPTION,
        )
