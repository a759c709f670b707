"""One file from the server to the disk: taken up where it broke off, and kept only as the bytes that were signed."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from humankind_data.failures import NotAllowed, Refused, Unreachable
from humankind_data.local_copy import LocalCopy, settle
from humankind_data.manifest import ReleaseFile, sha256_of
from humankind_data.server import Server, code_of, refuse

TRIES = 6
Advance = Callable[[int], None]


@dataclass
class Source:
    """Where one release's files are fetched from. Signed addresses run out, and are then asked for anew."""

    server: Server
    path: str
    _addresses: dict[str, str] = field(default_factory=dict)

    def address(self, file: ReleaseFile) -> str:
        """The signed address of a file; raises Refused where the server has none for it."""
        if file.path not in self._addresses:
            rows = self.server.get(self.path).get("files", [])
            self._addresses = {str(row["path"]): str(row["url"]) for row in rows if row.get("url")}
        if file.path not in self._addresses:
            raise Refused(f"The server gives no address for {file.path}, which its own manifest names.")
        return self._addresses[file.path]

    def forget(self) -> None:
        """Ask for the addresses anew."""
        self._addresses = {}


def fetch(source: Source, copy: LocalCopy, file: ReleaseFile, *, advance: Advance) -> None:
    """Have `file` in the copy's incoming folder, whole and verified. Raises Failure.

    `advance` is told of every number of bytes gained, and of what an earlier run had fetched.
    """
    whole, part = copy.blob(file.sha256), copy.part(file.sha256)
    if whole.exists():
        advance(file.size)
        return
    copy.incoming.mkdir(exist_ok=True)
    resumed = part.exists() and part.stat().st_size > 0
    _fill(source, file, part, advance)
    if sha256_of(part) != file.sha256:
        part.unlink()
        if not resumed:
            raise Refused(f"{file.path} is not the file that was signed.")
        # What an earlier run left may be what is wrong: once from the start, then it is the server.
        advance(-file.size)
        _fill(source, file, part, advance)
        if sha256_of(part) != file.sha256:
            part.unlink()
            raise Refused(f"{file.path} is not the file that was signed.")
    part.rename(whole)
    settle(copy.incoming)


def _fill(source: Source, file: ReleaseFile, part: Path, advance: Advance) -> None:
    """Fetch until `part` has the file's size."""
    failed = 0
    part.touch()
    if part.stat().st_size > file.size:
        part.unlink()
        part.touch()
    advance(part.stat().st_size)
    while part.stat().st_size < file.size or (file.size == 0 and failed == 0):
        before = part.stat().st_size
        try:
            if not _one_request(source, file, part, advance):
                failed += 1
        except Unreachable as error:
            failed = 1 if part.stat().st_size > before else failed + 1
            if failed >= TRIES:
                raise
            source.server.tell(f"{error} Trying again")
            time.sleep(min(2**failed, 20) / 2)
        if failed >= TRIES:
            raise Unreachable(f"{file.path} could not be fetched in {TRIES} tries.")
        if file.size == 0:
            break


def _one_request(source: Source, file: ReleaseFile, part: Path, advance: Advance) -> bool:
    """Fetch the rest of the file; False where the request has to be made in another way."""
    start = part.stat().st_size
    headers = {"Range": f"bytes={start}-", "If-Range": f'"{file.sha256}"'} if start else {}
    with source.server.opened(source.address(file), headers) as answer:
        if answer.status_code == 403:
            answer.read()
            if code_of(answer) == "address_expired":
                source.forget()
                return False
            raise NotAllowed(f"The server refused its own address of {file.path}: {answer.text[:200]}")
        if answer.status_code == 416 or (answer.status_code == 206 and not _continues(answer, start)):
            _start_over(part, advance)
            return False
        if answer.status_code == 200 and start:
            _start_over(part, advance)
        elif not answer.is_success:
            refuse(answer)
        return _take(answer, file, part, advance)


def _take(answer: httpx.Response, file: ReleaseFile, part: Path, advance: Advance) -> bool:
    gained = False
    with part.open("ab") as target:
        try:
            for piece in answer.iter_raw():
                if target.tell() + len(piece) > file.size:
                    raise Refused(f"{file.path} is longer than what was signed.")
                target.write(piece)
                # Out of this process at once: what was fetched outlives a kill.
                target.flush()
                advance(len(piece))
                gained = True
        except Refused:
            target.truncate(0)
            raise
        finally:
            os.fsync(target.fileno())
    return gained


def _start_over(part: Path, advance: Advance) -> None:
    advance(-part.stat().st_size)
    os.truncate(part, 0)


def _continues(answer: httpx.Response, start: int) -> bool:
    return str(answer.headers.get("Content-Range", "")).startswith(f"bytes {start}-")
