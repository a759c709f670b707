"""A training team's machine, with the consumer's command on it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from exports.operations.releases import request_release
from exports.queries.files import public_key
from exports.queries.releases import newest_release
from tests.exports.consumer import humankind_data
from tests.exports.world import Team
from tests.live import wait_for


class Consumer:
    """A training team's machine."""

    def __init__(self, team: Team, folder: Path, url: str) -> None:
        self.team, self.url = team, url
        self.work = folder
        self.copy = folder / "data set"
        self.variables = {
            "RELEASES_CLIENT_ID": team.registration.client_id,
            "RELEASES_CLIENT_SECRET": team.registration.client_secret,
        }

    def sync_line(self, *more: str) -> list[object]:
        return ["sync", self.url, self.team.dataset.pk, self.copy, "--key", public_key(), *more]

    def sync(self, *more: str, status: int = 0) -> "subprocess.CompletedProcess[str]":
        done = humankind_data(*self.sync_line(*more), cwd=self.work, **self.variables)
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def verify(self, status: int = 0) -> str:
        done = humankind_data("verify", self.copy, cwd=self.work)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def release(self, number: int) -> None:
        """Have the worker make one."""
        request_release(operator_id=self.team.staff.pk, dataset_id=self.team.dataset.pk)

        def made() -> bool:
            newest = newest_release(self.team.dataset.pk)
            return newest is not None and newest.number == number

        wait_for(made, what=f"release {number} from the worker", seconds=90)

    def everything(self) -> Iterator[tuple[Path, bytes]]:
        """Every file under the copy, hidden ones too; Parquet with its values spelled out, which zstd would hide."""
        for path in self.copy.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                if path.suffix == ".parquet":
                    content += str(pq.read_table(path, partitioning=None).to_pylist()).encode()
                yield path, content

    def rows(self) -> list[dict[str, Any]]:
        files = sorted((self.copy / "latest" / "data").rglob("*.parquet"))
        return [row for file in files for row in pq.read_table(file, partitioning=None).to_pylist()]
