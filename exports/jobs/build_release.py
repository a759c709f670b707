"""Build a dataset's next release, from what changed since its last."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection

from common.events import settled_position
from exports.engines import folder
from exports.engines.keys import PseudonymKeys, bucket_of, public_key_text, signing_key
from exports.engines.manifest import FILE_NAME, Manifest, open_signed, sha256_of
from exports.jobs.increment import Increment, build_increment
from exports.jobs.publish import publish
from exports.models import Contribution, Dataset, Release
from exports.queries.changes import Changes, changes_between
from exports.queries.releases import newest_release
from exports.queries.shapes import SHAPES
from feed.queries.training import authors_of, consented_authors

log = structlog.get_logger(__name__)


def build_release(*, dataset_id: int) -> Release | None:
    """Publish the next release of a dataset; None when nothing changed, or another process is building it.

    Safe to run twice and to be killed at any point: the former release stays whole, the new one invisible.
    """
    with _only_builder(dataset_id) as alone:
        if not alone:
            return None
        dataset = Dataset.objects.select_related("recipient").filter(pk=dataset_id).first()
        if dataset is None or not dataset.active or not dataset.recipient.active:
            return None
        return _build(dataset)


def _build(dataset: Dataset) -> Release | None:
    # Before anything is read: what commits from here on is in this release or in the next increment, or in both.
    position = settled_position()
    shape = SHAPES[dataset.purpose]
    parent = newest_release(dataset.pk)
    manifest = _parents_manifest(parent)
    full = parent is None or manifest is None or manifest.schema_version != shape.schema_version
    if full:
        manifest = None
    keys = PseudonymKeys.derive(root_secret=settings.PSEUDONYM_ROOT_SECRET, key_id=dataset.recipient.pseudonym_key_id)
    changes = (
        Changes() if full else changes_between((dataset.transaction, dataset.seq), position, purposes=shape.consents)
    )
    touched = _touched(dataset, changes, full=full)
    # A closed release must be followed by one that is given out, even if nothing else changed.
    forced = parent is not None and (full or parent.state == Release.State.CLOSED)
    if not touched and not forced:
        _read_up_to(dataset, position)
        return None

    building = folder.fresh_building_folder(settings.EXPORT_ROOT, dataset.pk)
    row = _building_row(dataset, parent, schema_version=shape.schema_version)
    increment = build_increment(
        shape=shape,
        dataset=dataset,
        number=row.number,
        building=building,
        parent=(_folder_of(parent), manifest) if parent and manifest else None,
        touched=_by_bucket(touched, keys),
        keys=keys,
        changes=changes,
    )
    if not _worth_publishing(increment, parent, forced=forced):
        row.delete()
        _read_up_to(dataset, position)
        return None
    publish(row=row, parent=parent, building=building, increment=increment, position=position)
    log.info(
        "release_published",
        dataset_id=dataset.pk,
        number=row.number,
        records=row.records,
        added=row.added,
        retracted=row.retracted,
    )
    return row


def _worth_publishing(increment: Increment, parent: Release | None, *, forced: bool) -> bool:
    if parent is None:
        return bool(increment.files)
    return forced or increment.differs


@contextmanager
def _only_builder(dataset_id: int) -> Iterator[bool]:
    # A lock of the session, not of a transaction: a transaction as long as a build would hold up every reader of the
    # event log, this one too.
    name = f"exports:{dataset_id}"
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _folder_of(release: Release) -> Path:
    return folder.release_folder(settings.EXPORT_ROOT, release.dataset_id, release.number)


def _parents_manifest(parent: Release | None) -> Manifest | None:
    """What the parent consists of; None when its data is gone, so that everything is built anew."""
    if parent is None or parent.files_deleted_at is not None:
        return None
    path = _folder_of(parent) / FILE_NAME
    if sha256_of(path) != parent.manifest_sha256:
        raise ValueError(f"The manifest of {parent} is not the one that was published.")
    return open_signed(path.read_bytes(), public_key=public_key_text(signing_key(settings.RELEASE_SIGNING_KEY)))


def _touched(dataset: Dataset, changes: Changes, *, full: bool) -> set[int]:
    """Accounts whose records have to be read again."""
    contributing = set(Contribution.objects.filter(dataset=dataset, until=None).values_list("account_id", flat=True))
    if full:
        return contributing | set(consented_authors(purpose=dataset.purpose))
    changed = changes.accounts | set(authors_of(changes.statuses).values())
    candidates = changed - contributing
    joined = set(consented_authors(purpose=dataset.purpose, account_ids=candidates))
    # A credential runs out without an event.
    remaining = set(consented_authors(purpose=dataset.purpose, account_ids=contributing))
    return joined | (changed & contributing) | (contributing - remaining)


def _by_bucket(accounts: set[int], keys: PseudonymKeys) -> dict[int, dict[int, str]]:
    """{bucket: {account id: pseudonym}}"""
    buckets: dict[int, dict[int, str]] = {}
    for account_id in sorted(accounts):
        pseudonym = keys.author(account_id)
        buckets.setdefault(bucket_of(pseudonym), {})[account_id] = pseudonym
    return buckets


def _building_row(dataset: Dataset, parent: Release | None, *, schema_version: int) -> Release:
    """The row of the release under way; an interrupted build has left one, which is taken up again."""
    row, _ = Release.objects.update_or_create(
        dataset=dataset,
        state=Release.State.BUILDING,
        defaults={
            "number": parent.number + 1 if parent else 1,
            "parent": parent,
            "schema_version": schema_version,
        },
    )
    return row


def _read_up_to(dataset: Dataset, position: tuple[int, int]) -> None:
    Dataset.objects.filter(pk=dataset.pk).update(transaction=position[0], seq=position[1])
