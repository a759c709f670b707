"""Take the data of closed releases out of the store."""

import structlog
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from exports.engines import folder
from exports.models import Release
from exports.queries.stores import store

log = structlog.get_logger(__name__)


def delete_closed_releases() -> int:
    """Delete the records of releases whose grace time is over; gives their number. Safe to run twice.

    The newest release of an active dataset waits: the next one is built from it, and follows at once.
    """
    newer = Release.objects.filter(dataset=OuterRef("dataset"), number__gt=OuterRef("number")).exclude(
        state=Release.State.BUILDING
    )
    due = Release.objects.filter(
        Q(Exists(newer)) | Q(dataset__active=False),
        state=Release.State.CLOSED,
        files_deleted_at=None,
        closed_at__lte=timezone.now() - settings.RELEASE_GRACE,
    )
    deleted = 0
    for release in due.order_by("id"):
        # Manifest, retractions and papers stay, so that the chain can still be followed.
        for name in ("data", folder.STATE):
            store().delete(f"{folder.release_name(release.dataset_id, release.number)}/{name}")
        Release.objects.filter(pk=release.pk).update(files_deleted_at=timezone.now())
        log.info("release_data_deleted", dataset_id=release.dataset_id, number=release.number)
        deleted += 1
    return deleted
