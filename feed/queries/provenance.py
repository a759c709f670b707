"""What can be said of how an image came to be, checked again from its bytes."""

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q

from common.problems import NotFound
from feed.engines import provenance, source_types
from feed.models import MediaAttachment, Status
from feed.queries.certificates import signing_certificates
from feed.queries.images import is_machine_made, media_url
from feed.queries.visibility import visible_to

STATE_SENTENCES = {
    "trusted": "Its content credentials are intact and signed by this network.",
    "untrusted": "Its content credentials are intact, but their signer is unknown here.",
    "invalid": "Its content credentials do not fit the file: it was altered after it was signed.",
    "none": "It carries no content credentials.",
}


def visible_media(*, media_id: int, viewer_id: int | None) -> MediaAttachment:
    """An image of one's own, or of a status that the viewer may see. Raises NotFound."""
    allowed = Q(status__in=Status.objects.filter(visible_to(viewer_id)))
    if viewer_id is not None:
        allowed |= Q(account_id=viewer_id)
    found = MediaAttachment.objects.filter(allowed, pk=media_id).first()
    if found is None:
        raise NotFound("There is no such media.")
    return found


def provenance_of(attachment: MediaAttachment) -> dict[str, Any]:
    """The label, the verdict on the stored file's credentials, and both in words. Raises NotFound without a file."""
    try:
        with default_storage.open(attachment.file) as file:
            data = file.read()
    except FileNotFoundError as error:
        raise NotFound("The file of this media is gone.") from error
    found = provenance.verify(data, content_type=attachment.content_type, certificates=signing_certificates())
    term = attachment.digital_source_type
    return {
        "id": str(attachment.pk),
        "url": media_url(attachment.file),
        "source": attachment.source,
        "machine_made": is_machine_made(attachment),
        "digital_source_type": source_types.uri_of(term) if term else None,
        "credentials": {
            "state": found.state,
            "trusted": found.trusted,
            "digital_source_type": (
                source_types.uri_of(found.digital_source_type) if found.digital_source_type else None
            ),
            "issuer": found.issuer or None,
            "signed_by": found.signed_by or None,
            "software": found.software or None,
        },
        "words": _in_words(attachment, found.state),
    }


def _in_words(attachment: MediaAttachment, state: str) -> str:
    how = source_types.MACHINE_MADE.get(attachment.digital_source_type)
    if attachment.source == MediaAttachment.Source.GENERATED:
        return f"This image was made here by a machine: {how or 'see its source type'}. {STATE_SENTENCES[state]}"
    if how:
        return (
            f"This image was uploaded, and said of itself that a machine made it: {how}. Its metadata was removed when it "
            "was uploaded; the label stays."
        )
    return "This image was uploaded by its author and said nothing of having been made by a machine."
