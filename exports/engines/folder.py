"""Where releases lie on the disk, and how one becomes visible: whole, by one rename."""

import os
import shutil
from pathlib import Path

BUILDING = ".building"


def dataset_folder(root: Path, dataset_id: int) -> Path:
    """All releases of one dataset."""
    return root / str(dataset_id)


def release_folder(root: Path, dataset_id: int, number: int) -> Path:
    """One release."""
    return dataset_folder(root, dataset_id) / f"release-{number:06d}"


def bucket_path(bucket: int) -> str:
    """A bucket's path in its release."""
    return f"data/bucket-{bucket:02d}.parquet"


def fresh_building_folder(root: Path, dataset_id: int) -> Path:
    """An empty folder to build in; what an interrupted build left there is deleted."""
    folder = dataset_folder(root, dataset_id) / BUILDING
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True, mode=0o700)
    return folder


def carry_over(source: Path, target: Path) -> None:
    """The same file in the next release: a hard link, or a copy where the file system has none."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def to_disk(folder: Path) -> None:
    """Wait until everything in the folder is on the disk, so that a power cut cannot leave a name without content."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_visible(building: Path, target: Path) -> None:
    """Move the finished folder to its place. A folder there already belongs to a build whose row never came."""
    shutil.rmtree(target, ignore_errors=True)
    building.rename(target)
    to_disk_folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(to_disk_folder)
    finally:
        os.close(to_disk_folder)


def delete_data(folder: Path) -> None:
    """Delete the records; manifest and retractions stay, so that the chain can still be followed."""
    shutil.rmtree(folder / "data", ignore_errors=True)
