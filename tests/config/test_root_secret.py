"""A missing or wrong root secret of the template keys ends every process before it serves or takes a task."""

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from config.processes import MIGRATE, PROCESSES, Process
from config.stack import PROGRAMS, ROOT, start
from identity.jobs.key_epochs import keys_to_compare_with
from identity.queries.readiness import face_engines
from tests.live import database_url

pytestmark = pytest.mark.django_db(transaction=True)

ANOTHER = "another root secret of more than thirty-two characters"
GUARDED = [process for process in (MIGRATE, *PROCESSES) if process.name != "beat"]


def ended(process: Process, folder: Path, redis_url: str, **variables: str) -> tuple[int, str]:
    """Start the process as `make up` does; gives its status and what it said. Fails when it does not end by itself."""
    given = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        # Any port that is free: nothing may listen there.
        "HUMANKIND_PORT": "48613",
        **variables,
    }
    with (folder / "said").open("w") as log:
        child = start(process, variables=given, log=log)
        try:
            code = child.wait(60)
        finally:
            child.kill()
    return code, (folder / "said").read_text()


@pytest.mark.parametrize("process", GUARDED, ids=lambda process: process.name)
def test_a_wrong_secret_stops_the_process_with_a_sentence(process: Process, tmp_path: Path, settings: Settings) -> None:
    keys_to_compare_with(face_engines())
    code, said = ended(process, tmp_path, settings.REDIS_URL, HUMANKIND_TEMPLATE_ROOT_SECRET=ANOTHER)
    assert code == (1 if process is MIGRATE else 78), said
    assert "HUMANKIND_TEMPLATE_ROOT_SECRET (or the face model" in said
    assert "key epoch 1" in said
    assert ANOTHER not in said
    assert "ready." not in said  # celery says so once it takes tasks


@pytest.mark.parametrize("process", GUARDED, ids=lambda process: process.name)
def test_a_missing_secret_file_stops_the_process_even_before_the_first_epoch(
    process: Process, tmp_path: Path, settings: Settings
) -> None:
    nowhere = str(tmp_path / "nowhere")
    code, said = ended(process, tmp_path, settings.REDIS_URL, HUMANKIND_TEMPLATE_ROOT_SECRET_FILE=nowhere)
    assert code == (1 if process is MIGRATE else 78), said
    assert "HUMANKIND_TEMPLATE_ROOT_SECRET_FILE names a file that cannot be read" in said


def test_the_command_line_of_the_stack_ends_with_it(tmp_path: Path) -> None:
    """Two places for one secret: refused by the settings, before anything is read."""
    command = [sys.executable, "-c", "import config.settings"]
    variables = {
        "PATH": PROGRAMS,
        "HUMANKIND_TEMPLATE_ROOT_SECRET": ANOTHER,
        "HUMANKIND_TEMPLATE_ROOT_SECRET_FILE": str(tmp_path / "secret"),
    }
    outcome = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert outcome.returncode == 78
    assert "HUMANKIND_TEMPLATE_ROOT_SECRET and HUMANKIND_TEMPLATE_ROOT_SECRET_FILE are both set" in outcome.stderr
