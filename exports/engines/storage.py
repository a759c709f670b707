"""Where releases lie: a local folder, or whatever fsspec speaks to, such as S3.

A release is built in a local folder and becomes visible whole: on a local disk by one rename; elsewhere its manifest is
written last, and a release is given out only once the database's row says that it is published.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from fsspec.core import url_to_fs

from exports.engines import folder
from exports.engines.manifest import FILE_NAME

AT_ONCE = 64  # files that one call names


@dataclass(frozen=True)
class Store:
    """Releases under `root` on the local disk, or under `url` (such as s3://bucket/releases) if there is one.

    Paths are relative, with slashes. `options` are fsspec's for the file system that the address names. Nothing is
    connected to before it is needed, so that a store may be made before a process forks.
    """

    root: Path
    url: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def open(self, path: str) -> BinaryIO:
        """A file to read from, which can seek. Raises FileNotFoundError."""
        if not self.url:
            return (self.root / path).open("rb")
        system, base = self._remote()
        return cast(BinaryIO, system.open(f"{base}/{path}", "rb"))

    def read(self, path: str) -> bytes:
        """A file's content. Raises FileNotFoundError."""
        with self.open(path) as file:
            return file.read()

    def local(self, path: str, cache: Path) -> Path:
        """The file on the local disk; what lies elsewhere is brought to `cache` once."""
        if not self.url:
            return self.root / path
        target = cache / path
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            system, base = self._remote()
            system.get_file(f"{base}/{path}", str(target))
        return target

    def names(self, path: str) -> list[str]:
        """Names of the files in a folder, in order; none where there is no folder."""
        if not self.url:
            there = self.root / path
            return sorted(file.name for file in there.iterdir()) if there.is_dir() else []
        system, base = self._remote()
        try:
            return sorted(str(name).rsplit("/", 1)[1] for name in system.ls(f"{base}/{path}", detail=False))
        except FileNotFoundError:
            return []

    def stage(self, building: Path, target: str, carried: Mapping[str, str]) -> None:
        """Bring everything of a finished release to where it will be, but for what makes it visible.

        `carried` says for each path of the release that its parent has already where that file is. What an interrupted
        build left at `target` is deleted.
        """
        if not self.url:
            # What is carried over is on the disk already: only its new name is not.
            folder.to_disk(path for path in building.rglob("*") if path.is_file())
            for path, source in carried.items():
                folder.carry_over(self.root / source, building / path)
            folder.to_disk([building, *(path for path in building.rglob("*") if path.is_dir())])
            return
        self.delete(target)
        system, base = self._remote()
        ours = sorted(path.relative_to(building).as_posix() for path in building.rglob("*") if path.is_file())
        _each(system.put, [(str(building / path), f"{base}/{target}/{path}") for path in ours if path != FILE_NAME])
        _each(system.copy, [(f"{base}/{source}", f"{base}/{target}/{path}") for path, source in carried.items()])

    def make_visible(self, building: Path, target: str) -> None:
        """The last step: one rename, or the manifest. Call it in the transaction that publishes the release's row."""
        if not self.url:
            folder.make_visible(building, self.root / target)
            return
        system, base = self._remote()
        system.put_file(str(building / FILE_NAME), f"{base}/{target}/{FILE_NAME}")

    def delete(self, path: str) -> None:
        """Delete a folder of a release and all in it; nothing happens if there is none."""
        if "release-" not in path:
            raise ValueError("Only a release, or a part of one, is deleted.")
        if not self.url:
            shutil.rmtree(self.root / path, ignore_errors=True)
            return
        system, base = self._remote()
        if system.exists(f"{base}/{path}"):
            system.rm(f"{base}/{path}", recursive=True)

    def _remote(self) -> tuple[Any, str]:
        # fsspec keeps one file system for the same options in a process, and another one after a fork. Its memory of
        # listings would show releases as they were.
        system, base = url_to_fs(self.url, use_listings_cache=False, **self.options)
        return system, str(base).rstrip("/")


def _each(call: Any, pairs: list[tuple[str, str]]) -> None:
    for start in range(0, len(pairs), AT_ONCE):
        sources, targets = zip(*pairs[start : start + AT_ONCE], strict=True)
        call(list(sources), list(targets))
