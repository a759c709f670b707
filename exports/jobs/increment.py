"""The files of a release under way: touched buckets written anew, the others carried over."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from django.utils import timezone

from exports.engines import folder, shard
from exports.engines.filters import Filter
from exports.engines.keys import PseudonymKeys
from exports.engines.manifest import Manifest, ReleaseFile, sha256_of
from exports.models import Dataset
from exports.queries.changes import OTHER_REASON, Changes
from exports.queries.shapes import Context, Shape

RETRACTIONS = "retractions.parquet"


@dataclass
class Increment:
    """What a release consists of and how it differs from its parent."""

    files: list[ReleaseFile] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    retracted: int = 0
    # {account id: (bucket, records in this release)} of every touched author
    contributions: dict[int, tuple[int, int]] = field(default_factory=dict)
    # {filter: rows it dropped}
    funnel: Counter[str] = field(default_factory=Counter)

    @property
    def differs(self) -> bool:
        """Whether a recipient would see any difference."""
        return bool(self.added or self.changed or self.retracted)


def build_increment(
    *,
    shape: Shape,
    dataset: Dataset,
    number: int,
    building: Path,
    parent: tuple[Path, Manifest] | None,
    touched: dict[int, dict[int, str]],
    keys: PseudonymKeys,
    changes: Changes,
) -> Increment:
    """Write the release's files into `building`. `touched` is {bucket: {account id: pseudonym}}."""
    increment = Increment()
    parent_folder, manifest = parent or (building, None)
    before = {file.bucket: file for file in manifest.files if file.bucket is not None} if manifest else {}
    gone: list[tuple[str, str]] = []
    for bucket in sorted(before.keys() | touched.keys()):
        old = before.get(bucket)
        path = folder.bucket_path(bucket)
        authors = touched.get(bucket, {})
        old_path = parent_folder / old.path if old else None
        merged = _merged(shape, dataset, old_path, authors, keys, increment, gone) if authors else None
        if old is not None and (merged is None or not merged.differs):
            folder.carry_over(parent_folder / old.path, building / path)
            increment.files.append(old)
        elif merged is not None and merged.records.num_rows:
            shard.write_records(merged.records, building / path)
            increment.files.append(_described(building, path, merged.records, number, bucket))
        if merged is not None:
            increment.added += len(merged.added)
            increment.changed += len(merged.changed)
            for account_id, pseudonym in authors.items():
                increment.contributions[account_id] = (bucket, merged.by_author.get(pseudonym, 0))
    increment.retracted = len(gone)
    _write_retractions(building, number, gone, keys, changes, increment, touched)
    return increment


def _merged(
    shape: Shape,
    dataset: Dataset,
    old_path: Path | None,
    authors: dict[int, str],
    keys: PseudonymKeys,
    increment: Increment,
    gone: list[tuple[str, str]],
) -> shard.Shard:
    fresh = shape.fresh(
        authors=authors,
        status_ids=None,
        keys=keys,
        filter=Filter.from_json(dataset.filter),
        context=Context(at=timezone.now()),
    )
    increment.funnel.update(fresh.funnel)
    merged = shard.merge(parent=old_path, touched=authors.values(), fresh=fresh.records)
    gone.extend((record_id, merged.authors_of_gone[record_id]) for record_id in merged.gone)
    return merged


def _described(building: Path, path: str, records: pa.Table, number: int, bucket: int | None) -> ReleaseFile:
    file = building / path
    authors = len(records["author"].unique()) if "author" in records.column_names else 0
    return ReleaseFile(path, sha256_of(file), file.stat().st_size, records.num_rows, authors, number, bucket)


def _write_retractions(
    building: Path,
    number: int,
    gone: list[tuple[str, str]],
    keys: PseudonymKeys,
    changes: Changes,
    increment: Increment,
    touched: dict[int, dict[int, str]],
) -> None:
    of_records = {keys.opaque("status", status_id): why for status_id, why in changes.of_statuses.items()}
    of_authors = {
        pseudonym: changes.of_authors.get(account_id, OTHER_REASON)
        for authors in touched.values()
        for account_id, pseudonym in authors.items()
        # An author who still has records here lost single ones: their own history is not the reason.
        if increment.contributions[account_id][1] == 0
    }
    now = timezone.now()
    rows: list[dict[str, object]] = [
        {
            "record_id": record_id,
            "reason": of_records.get(record_id) or of_authors.get(pseudonym, OTHER_REASON),
            "retracted_at": now,
        }
        for record_id, pseudonym in gone
    ]
    shard.write_retractions(rows, building / RETRACTIONS)
    file = building / RETRACTIONS
    increment.files.append(ReleaseFile(RETRACTIONS, sha256_of(file), file.stat().st_size, len(rows), 0, number, None))
