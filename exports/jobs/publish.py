"""The moment at which a release becomes visible."""

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common import events
from exports.engines import folder
from exports.engines.keys import signing_key
from exports.engines.manifest import FILE_NAME, Manifest, ReleaseFile, sha256_of, sign
from exports.jobs.contributions import note_contributions
from exports.jobs.increment.build import Increment
from exports.jobs.papers import statistics_of, write_papers
from exports.models import Dataset, Release
from exports.queries.shapes import Shape
from exports.queries.stores import store


def publish(
    *,
    row: Release,
    parent: Release | None,
    building: Path,
    increment: Increment,
    position: tuple[int, int],
    shape: Shape,
) -> None:
    """Describe and sign the release in `building` and make it visible: by its last file, then the commit of its row.

    Killed between the two, the folder has no published row: nobody is given it and the next build replaces it.
    """
    row.published_at = timezone.now()
    row.funnel, row.statistics = dict(increment.funnel), statistics_of(increment)
    papers = write_papers(row, increment, building, shape=shape)
    manifest = _manifest(row, parent, increment, (*increment.files, *papers), shape)
    (building / FILE_NAME).write_bytes(sign(manifest, signing_key(settings.RELEASE_SIGNING_KEY)))
    row.state = Release.State.PUBLISHED
    row.transaction, row.seq = position
    row.manifest_sha256 = sha256_of(building / FILE_NAME)
    row.records, row.authors = manifest.counts["records"], manifest.counts["authors"]
    row.added, row.changed, row.retracted = increment.added, increment.changed, increment.retracted
    row.size = sum(file.size for file in manifest.files)
    target = folder.release_name(row.dataset_id, row.number)
    # Before the transaction: as long as one is open, readers of the event log wait for it.
    store().stage(building, target, increment.carried)
    with transaction.atomic():
        row.save()
        Dataset.objects.filter(pk=row.dataset_id).update(transaction=position[0], seq=position[1])
        note_contributions(row, increment.people)
        if increment.retracted:
            close_older(row, reason="records in it were retracted")
        events.record("release.published", subject_id=row.pk, data={"dataset": row.dataset_id, "number": row.number})
        store().make_visible(building, target)


def close_older(row: Release, *, reason: str) -> int:
    """Close every release before this one; gives their number."""
    older = Release.objects.filter(dataset_id=row.dataset_id, number__lt=row.number, state=Release.State.PUBLISHED)
    return older.update(state=Release.State.CLOSED, closed_at=timezone.now(), close_reason=reason)


def _manifest(
    row: Release, parent: Release | None, increment: Increment, files: tuple[ReleaseFile, ...], shape: Shape
) -> Manifest:
    dataset = row.dataset
    return Manifest(
        dataset=str(dataset.pk),
        recipient=str(dataset.recipient_id),
        purpose=dataset.purpose,
        schema_version=row.schema_version,
        pseudonym_key=dataset.recipient.pseudonym_key_id,
        number=row.number,
        published=row.published_at.isoformat(timespec="seconds") if row.published_at else "",
        parent_number=parent.number if parent else 0,
        parent_sha256=parent.manifest_sha256 if parent else "",
        counts={
            "records": row.statistics["records"],
            "authors": row.statistics["authors"],
            "added": increment.added,
            "changed": increment.changed,
            "retracted": increment.retracted,
        },
        files=files,
        made_with=shape.made_with(),
    )
