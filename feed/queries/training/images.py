"""Images that may be used for training, and their files as they are stored."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage

from feed.engines import provenance, source_types
from feed.models import MediaAttachment
from feed.queries.certificates import signing_certificates
from feed.queries.training.authors import ConsentedAuthor, batches, consented_authors
from feed.queries.training.quoting import quotes_somebody
from feed.queries.training.statuses import eligible_statuses

TEXT = "training_text"
IMAGES_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class StoredImage:
    """One image in the media storage: its path there, and what its row says. `source` is upload or generated.

    `source_type` is the IPTC term under which a machine made it, empty for none.
    """

    id: int
    file: str
    content_type: str
    width: int
    height: int
    sha256: str
    source: str
    source_type: str

    @property
    def source_type_uri(self) -> str | None:
        """The IPTC URI of the term."""
        return source_types.uri_of(self.source_type) if self.source_type else None


@dataclass(frozen=True, slots=True)
class ConsentedImage:
    """An image of a public status. `caption` is the status' text, empty where it may not go along."""

    image: StoredImage
    status_id: int
    author: ConsentedAuthor
    alt: str
    caption: str
    language: str
    sensitive: bool
    made_by: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """An image's bytes as they are stored, and the verdict on the content credentials in them: `feed.engines.provenance`."""

    data: bytes
    credentials: str


def consented_images(*, purpose: str, account_ids: Collection[int] | None = None) -> Iterator[ConsentedImage]:
    """The images of these accounts, or of all, that may be used for `purpose`, in no particular order.

    Still images of statuses that pass the gate; of answers to others only with consent to `training_replies` too. A
    caption goes along with consent to `training_text`, unless it holds somebody else's words.
    """
    authors = consented_authors(purpose=purpose, account_ids=account_ids)
    for batch in batches(iter(authors)):
        replying = [account_id for account_id in batch if authors[account_id].answers]
        give_texts = consented_authors(purpose=TEXT, account_ids=batch)
        attached = MediaAttachment.objects.filter(
            status__in=eligible_statuses(purpose=purpose, account_ids=batch, replying=replying),
            kind=MediaAttachment.Kind.IMAGE,
            state=MediaAttachment.State.READY,
        )
        for media in attached.select_related("status").iterator(chunk_size=IMAGES_AT_A_TIME):
            status = media.status
            if status is not None and authors[status.account_id].may_give(status.created_at):
                captioned = status.account_id in give_texts and not quotes_somebody(status.text)
                yield ConsentedImage(
                    image=stored(media),
                    status_id=status.pk,
                    author=authors[status.account_id],
                    alt="" if quotes_somebody(media.description) else media.description,
                    caption=status.text if captioned else "",
                    language=status.language,
                    sensitive=status.sensitive,
                    made_by=status.made_by,
                    created_at=status.created_at,
                )


def stored(media: MediaAttachment) -> StoredImage:
    """What a row says of its file."""
    return StoredImage(
        id=media.pk,
        file=media.file,
        content_type=media.content_type,
        width=media.width,
        height=media.height,
        sha256=media.sha256,
        source=media.source,
        source_type=media.digital_source_type,
    )


def picture_of(image: StoredImage) -> Picture | None:
    """The file, bit for bit; None where it is gone or is not the one that the row names."""
    try:
        with default_storage.open(image.file) as file:
            data: bytes = file.read()
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() != image.sha256:
        return None
    found = provenance.verify(data, content_type=image.content_type, certificates=signing_certificates())
    return Picture(data, found.state)
