"""Where releases lie on the disk, and how one becomes visible: whole, by one rename."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from exports.engines.keys import BUCKETS

BUILDING, SCRATCH, PARENT = ".building", ".scratch", ".parent"
STATE = "state"
PEOPLE = f"{STATE}/people.arrow"
CONSENTED = f"{STATE}/consented.arrow"
# In the place of a bucket's number: of a file with records of whatever bucket.
ALL = BUCKETS


def release_name(dataset_id: int, number: int) -> str:
    """One release's folder, below the root of all."""
    return f"{dataset_id}/release-{number:06d}"


def bucket_path(bucket: int, part: int) -> str:
    """The path of a bucket's records that release `part` wrote, or with `ALL` of what it added to all buckets."""
    return f"data/{'' if bucket == ALL else 'bucket-'}{_numbers(bucket, part)}.parquet"


def index_path(bucket: int, part: int) -> str:
    """Whose records `bucket_path` has and of what, in the same order."""
    return f"{STATE}/index-{_numbers(bucket, part)}.arrow"


def state_path(bucket: int, part: int) -> str:
    """What release `part` wrote of the shape's own state."""
    return f"{STATE}/shape-{_numbers(bucket, part)}.arrow"


def bucket_and_part(path: str) -> tuple[int, int]:
    """The numbers in such a path, `ALL` for what was added to all buckets; raises ValueError where there are none."""
    *_, bucket, part = path.rsplit("/", 1)[-1].split(".")[0].split("-")
    return ALL if bucket == _ADDED else int(bucket), int(part)


_ADDED = "added"


def _numbers(bucket: int, part: int) -> str:
    return f"{_ADDED if bucket == ALL else f'{bucket:02d}'}-{part:06d}"


def fresh_building_folder(root: Path, dataset_id: int) -> Path:
    """An empty folder to build in; what an interrupted build left there and beside it is deleted."""
    dataset = root / str(dataset_id)
    for name in (BUILDING, SCRATCH, PARENT):
        shutil.rmtree(dataset / name, ignore_errors=True)
    for path in (dataset / BUILDING / "data", dataset / BUILDING / STATE, dataset / SCRATCH):
        path.mkdir(parents=True, mode=0o700)
    return dataset / BUILDING


def clear(building: Path) -> None:
    """Delete what a build needed, and what it did not publish."""
    for name in (BUILDING, SCRATCH, PARENT):
        shutil.rmtree(building.with_name(name), ignore_errors=True)


def carry_over(source: Path, target: Path) -> None:
    """The same file in the next release: a hard link, or a copy where the file system has none."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def to_disk(paths: Iterable[Path]) -> None:
    """Wait until these files and folders are on the disk, so that a power cut cannot leave a name without content."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_visible(building: Path, target: Path) -> None:
    """Move the finished folder to its place. A folder there already belongs to a build whose row never came."""
    shutil.rmtree(target, ignore_errors=True)
    building.rename(target)
    to_disk([target.parent])
