"""Build a dataset's next release, from what changed since its last."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone

from common.events import settled_position
from exports.engines import folder, state
from exports.engines.filters import Filter
from exports.engines.keys import PseudonymKeys
from exports.jobs.increment.before import Before
from exports.jobs.increment.build import build_increment
from exports.jobs.increment.candidates import Reader
from exports.jobs.increment.retractions import write_retractions
from exports.jobs.publish import publish
from exports.jobs.rebuild import compare_with
from exports.jobs.touched import changed_unseen, everybody, touched_by
from exports.models import Dataset, Release
from exports.queries.changes import Changes, changes_between
from exports.queries.files import manifest_of
from exports.queries.releases import newest_release
from exports.queries.shapes import SHAPES, Context, Shape
from exports.queries.stores import store

log = structlog.get_logger(__name__)

# Between two builds that ask the gate about everybody, beside those of whom there are events.
ASKED_OF_ALL_EVERY = dt.timedelta(days=1)


def build_release(*, dataset_id: int, of_all: bool = False) -> Release | None:
    """Publish the next release of a dataset; None when nothing changed, or another process is building it.

    With `of_all`, and once a day without, the gate is asked about everybody and not only where something happened.
    Safe to run twice and to be killed at any point: the former release stays whole, the new one invisible.
    """
    with _only_builder(dataset_id) as alone:
        if not alone:
            return None
        dataset = Dataset.objects.select_related("recipient").filter(pk=dataset_id).first()
        if dataset is None or not dataset.active or not dataset.recipient.active:
            return None
        parent, at = newest_release(dataset.pk), timezone.now()
        of_all |= dataset.asked_of_all_at is None or at - dataset.asked_of_all_at >= ASKED_OF_ALL_EVERY
        with nullcontext() if parent is None else _one_process_a_query():
            return _build(dataset, parent, at=at, of_all=of_all)


def _build(dataset: Dataset, parent: Release | None, *, at: dt.datetime, of_all: bool) -> Release | None:
    # Before anything is read: what commits from here on is in this release or in the next increment, or in both.
    position = settled_position()
    shape, keys = SHAPES[dataset.purpose], keys_of(dataset)
    building = folder.fresh_building_folder(settings.EXPORT_ROOT, dataset.pk)
    nothing = Before(store(), building.with_name(folder.PARENT))
    old = _old(dataset, parent, shape, nothing)
    # Other engines make another record of the same text: then all are made again, and the old ones say only what went.
    before = old if old.manifest and old.manifest.made_with == shape.made_with() else nothing
    full = parent is None or before.manifest is None
    if parent is None:
        changes = Changes()
    else:
        changes = changes_between((dataset.transaction, dataset.seq), position, purposes=shape.consents)
    if parent is None or full:
        touched = everybody(dataset, shape, keys)
    else:
        if of_all:
            changes.accounts |= changed_unseen(shape, before)
        touched = touched_by(shape, keys, changes, before, since=parent.started_at)
    # A closed release must be followed by one that is given out, even if nothing else changed.
    forced = parent is not None and (full or parent.state == Release.State.CLOSED)
    consented = state.without(before.consented, "account_id", state.numbers(touched.unsure))
    # Whoever is in doubt stays so until a release notes what the gate says of them.
    nothing_doubted = consented.num_rows == before.consented.num_rows
    if not touched and not forced:
        if nothing_doubted:
            _read_up_to(dataset, position, at=at, of_all=of_all)
        return None

    row = _building_row(dataset, parent, schema_version=shape.schema_version, at=at)
    context = Context(at=at, consented=consented)
    reader = Reader(shape, keys, Filter.from_json(dataset.filter), context)
    increment = build_increment(reader=reader, number=row.number, building=building, before=before, touched=touched)
    if parent is not None and full:
        compare_with(parent, old, increment, building, touched=touched)
    if not (forced or increment.differs):
        row.delete()
        # What nobody sees may matter to what comes later: then all of it is read again.
        if nothing_doubted and not increment.hidden:
            _read_up_to(dataset, position, at=at, of_all=of_all)
        return None
    write_retractions(shape=shape, before=old, increment=increment, changes=changes, building=building, at=at)
    publish(row=row, parent=parent, building=building, increment=increment, position=position, shape=shape)
    if of_all:
        Dataset.objects.filter(pk=dataset.pk).update(asked_of_all_at=at)
    folder.clear(building)
    log.info(
        "release_published",
        dataset_id=dataset.pk,
        number=row.number,
        records=row.records,
        added=row.added,
        retracted=row.retracted,
    )
    return row


def keys_of(dataset: Dataset) -> PseudonymKeys:
    """The recipient's keys; of their own for a dataset that must not be joined with another."""
    key_id = dataset.recipient.pseudonym_key_id
    if SHAPES[dataset.purpose].unlinked:
        key_id = f"{key_id}:{dataset.purpose}"
    return PseudonymKeys.derive(root_secret=settings.PSEUDONYM_ROOT_SECRET, key_id=key_id)


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


@contextmanager
def _one_process_a_query() -> Iterator[None]:
    # An increment asks of few people among many: each parallel worker would make the same tables of all of them again, at
    # twice the price in all.
    with connection.cursor() as cursor:
        cursor.execute("set max_parallel_workers_per_gather = 0")
        try:
            yield
        finally:
            cursor.execute("reset max_parallel_workers_per_gather")


def _old(dataset: Dataset, parent: Release | None, shape: Shape, nothing: Before) -> Before:
    """The parent's records and state, if they are there and are of today's version; else `nothing`."""
    if parent is None or parent.files_deleted_at is not None or parent.schema_version != shape.schema_version:
        return nothing
    old = replace(nothing, name=folder.release_name(dataset.pk, parent.number), manifest=manifest_of(parent))
    return old if old.is_complete(shape.state_schema) else nothing


def _building_row(dataset: Dataset, parent: Release | None, *, schema_version: int, at: dt.datetime) -> Release:
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
    # The moment before anything was read: from there on the next release looks at what runs out.
    row.started_at = at
    row.save(update_fields=["started_at"])
    return row


def _read_up_to(dataset: Dataset, position: tuple[int, int], *, at: dt.datetime, of_all: bool) -> None:
    asked = at if of_all else dataset.asked_of_all_at
    Dataset.objects.filter(pk=dataset.pk).update(transaction=position[0], seq=position[1], asked_of_all_at=asked)
