"""The third chapter: what people agreed to goes into a signed release, and what one takes back leaves it."""

import io
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pyarrow.parquet as parquet
from django.conf import settings
from django.core.management import call_command

from exports.engines.folder import release_folder
from exports.queries.files import public_key
from seeds.story.client import NATIVE, Client
from seeds.story.moderator import promote_to_operator
from seeds.story.telling import Telling, demand

PURPOSE = "training_text"


class Releasing:
    """A recipient is registered, a release built and verified; Eileen withdraws; the next release has lost her."""

    def __init__(self, telling: Telling, grace: Client, eileen: Client, operator: Client) -> None:
        self.telling = telling
        self.grace = grace
        self.eileen = eileen
        self.operator = operator
        self.dataset = 0

    def tell(self) -> None:
        """Every step of the chapter, in order."""
        with self.telling.step("Grace and Eileen agree to text training; a release is built and verified") as (
            outcome,
            _,
        ):
            for person in (self.grace, self.eileen):
                person.consent(PURPOSE)
            self.dataset = self._register_recipient()
            built = self._build()
            rows = self._rows(1)
            demand(len({row["author"] for row in rows}) == 2, f"expected two authors in {rows}")
            demand({row["personhood_level"] for row in rows} == {"unique"}, "a record without a unique human")
            outcome.result = f"{built} {self._verify()}"
        with self.telling.step("Eileen withdraws; the next release retracts her") as (outcome, _):
            in_releases = self.eileen.call("GET", f"{NATIVE}/exports/mine")
            demand(in_releases, "Eileen was not told where her posts are")
            self.eileen.withdraw(PURPOSE)
            built = self._build()
            authors = {row["author"] for row in self._rows(2)}
            demand(len(authors) == 1, f"expected one author, found {len(authors)}")
            outcome.result = f"{built} {self._verify()}"

    def _register_recipient(self) -> int:
        promote_to_operator(self.operator)
        told = _said(
            "register_recipient",
            "Story Lab",
            operator=self.operator.username,
            contact="data@example.org",
            terms="2026-11",
            purpose=PURPOSE,
        )
        return int(told.split("dataset ")[1].split()[0])

    def _build(self) -> str:
        told = _said("export_release", str(self.dataset))
        demand(told.startswith("Release"), told)
        return told.splitlines()[0]

    def _rows(self, number: int) -> list[dict[str, object]]:
        folder = release_folder(settings.EXPORT_ROOT, self.dataset, number)
        rows: list[dict[str, object]] = []
        for path in sorted(Path(folder).rglob("*.parquet")):
            if "retractions" not in path.name:
                rows += parquet.read_table(path).to_pylist()
        return rows

    def _verify(self) -> str:
        """By the consumer's own command, which knows the public key and nothing else of us."""
        folder = Path(release_folder(settings.EXPORT_ROOT, self.dataset, 1)).parent
        command = [sys.executable, "-m", "exports.verify", str(folder), "--key", public_key()]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        demand(outcome.returncode == 0, outcome.stdout + outcome.stderr)
        return outcome.stdout.strip().splitlines()[-1]


def _said(command: str, *arguments: str, **options: str) -> str:
    said = io.StringIO()
    with redirect_stdout(said):
        call_command(command, *arguments, stdout=said, **options)
    return said.getvalue()
