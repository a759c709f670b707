"""The third chapter: what people agreed to goes into a signed release, and what one takes back leaves it everywhere."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pyarrow.parquet as parquet
from django.conf import settings
from django.core.management import call_command

from seeds.story.client import NATIVE, Client
from seeds.story.moderator import promote_to_operator
from seeds.story.telling import Telling, demand

PURPOSE = "training_text"


class TrainingTeam:
    """Who receives releases: on its own machine, with the consumer's command and nothing of the house."""

    def __init__(self, address: str, told: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        said = {
            line.rpartition(" ")[0]: line.rpartition(" ")[2]
            for line in told.replace(" (not shown again)", "").splitlines()
        }
        self.dataset, self.public_key = said["dataset"], said["public key"]
        self.variables = {"RELEASES_CLIENT_ID": said["client id"], "RELEASES_CLIENT_SECRET": said["client secret"]}

    def sync(self) -> str:
        """Fetch what is new over HTTP, verify it, delete what was taken back, and acknowledge; what was said of it."""
        return self._run("sync", self.address, self.dataset, str(self.folder), "--key", self.public_key)

    def verify(self) -> list[str]:
        """Check the local copy once more; a line for each release."""
        return self._run("verify", str(self.folder)).splitlines()

    def rows(self) -> list[dict[str, object]]:
        """The records of the newest release."""
        files = sorted((self.folder / "latest" / "data").rglob("*.parquet"))
        return [row for file in files for row in parquet.read_table(file, partitioning=None).to_pylist()]

    def holds(self, value: str) -> bool:
        """Whether a value is anywhere in what is on its disk, other than in the list of what was taken back."""
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name != "retractions.parquet":
                content = path.read_bytes()
                if path.suffix == ".parquet":
                    content += str(parquet.read_table(path, partitioning=None).to_pylist()).encode()
                if value.encode() in content:
                    return True
        return False

    def _run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "humankind_data", *arguments]
        surroundings = {**self.variables, "PATH": os.environ["PATH"], "PYTHONPATH": str(settings.BASE_DIR / "consumer")}
        outcome = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)
        demand(outcome.returncode == 0, outcome.stdout + outcome.stderr)
        return outcome.stdout.strip()


class Releasing:
    """A recipient is registered and fetches a release; Eileen withdraws; the next release takes her records back."""

    def __init__(self, telling: Telling, grace: Client, eileen: Client, operator: Client) -> None:
        self.telling = telling
        self.grace = grace
        self.eileen = eileen
        self.operator = operator

    def tell(self) -> None:
        """Every step of the chapter, in order."""
        with self.telling.step(
            "Grace and Eileen agree to text training; a team fetches the release and verifies it"
        ) as (
            outcome,
            _,
        ):
            for person in (self.grace, self.eileen):
                person.consent(PURPOSE)
            team = self._register_recipient()
            built = self._build(team)
            team.sync()
            rows = team.rows()
            demand(len({row["author"] for row in rows}) == 2, f"expected two authors in {rows}")
            demand({row["personhood_level"] for row in rows} == {"unique"}, "a record without a unique human")
            outcome.result = f"{built} {_verdict(team)}"
        with self.telling.step(
            "Eileen is told who fetched her posts, and withdraws; the next release retracts them"
        ) as (
            outcome,
            _,
        ):
            share = self.eileen.call("GET", f"{NATIVE}/exports/mine")
            demand(
                share["by_recipient"][0]["last_downloaded_at"], f"Eileen was not told who fetched her posts: {share}"
            )
            self.eileen.withdraw(PURPOSE)
            built = self._build(team)
            synced = team.sync()
            authors = {str(row["author"]) for row in team.rows()}
            demand(len(authors) == 1, f"expected one author, found {len(authors)}")
            (withdrawn,) = {str(row["author"]) for row in rows} - authors
            demand(not team.holds(withdrawn), "records of Eileen are still on the team's disk")
            demand("were taken back" in synced, synced)
            outcome.result = (
                f"{share['sentence']} {built} {_verdict(team)}; nothing of hers is left on the team's disk. "
                f"It is in {_relative(team.folder)}"
            )

    def _register_recipient(self) -> TrainingTeam:
        promote_to_operator(self.operator)
        told = _said(
            "register_recipient",
            "Story Lab",
            operator=self.operator.username,
            contact="data@example.org",
            terms="1",
            region="DE",
            purpose=PURPOSE,
        )
        return TrainingTeam(str(self.operator.http.base_url), told, settings.VAR / "training-data")

    def _build(self, team: TrainingTeam) -> str:
        told = _said("export_release", team.dataset)
        demand(told.startswith("Release"), told)
        return told.splitlines()[0]


def _verdict(team: TrainingTeam) -> str:
    """What the command found of the newest release."""
    return team.verify()[-1].rpartition("; ")[2]


def _relative(path: Path) -> Path:
    """As it is typed from where the story is told."""
    path = path.resolve()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _said(command: str, *arguments: str, **options: str) -> str:
    said = io.StringIO()
    with redirect_stdout(said):
        call_command(command, *arguments, stdout=said, **options)
    return said.getvalue()
