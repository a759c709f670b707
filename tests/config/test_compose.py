"""docker-compose.yml runs what `make up` runs. No container engine is needed: the file is held against its schema."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.processes import MIGRATE, PROCESSES
from config.stack import PROGRAMS, ROOT
from tests.live import LiveStack, wait_for

COMPOSE = ROOT / "docker-compose.yml"


@pytest.fixture
def services() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return content["services"]  # type: ignore[no-any-return]


def test_the_file_follows_the_compose_schema() -> None:
    command = [f"{PROGRAMS}/check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


def test_it_names_exactly_the_commands_and_health_checks_of_the_process_list(services: dict[str, Any]) -> None:
    named = {
        name: tuple(service["command"]) for name, service in services.items() if service.get("image") == "humankind"
    }
    assert named == {process.name: process.command for process in (MIGRATE, *PROCESSES)}
    for process in PROCESSES:
        assert services[process.name]["healthcheck"]["test"] == ["CMD", *process.health]


def test_migrations_are_a_step_of_their_own_that_the_processes_wait_for(services: dict[str, Any]) -> None:
    assert services["migrate"]["restart"] == "no"
    for process in PROCESSES:
        assert services[process.name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_no_process_runs_as_root_and_no_secret_stands_in_the_files(services: dict[str, Any]) -> None:
    assert "USER humankind" in Path(ROOT / "Dockerfile").read_text()
    assert services["database"]["user"] == "postgres"
    assert services["redis"]["user"] == "redis"
    for name, value in services["web"]["environment"].items():
        if any(word in name for word in ("SECRET", "KEY", "PASSWORD")):
            assert value.startswith("${"), name


@pytest.mark.stack
def test_each_process_becomes_healthy_by_its_own_probe(stack: LiveStack) -> None:
    for process in PROCESSES:
        command = [sys.executable, *process.health[1:]]

        def healthy(command: list[str] = command) -> bool:
            return subprocess.run(command, cwd=ROOT, env=stack.environment(), check=False).returncode == 0

        wait_for(healthy, what=f"{process.name} to be healthy", seconds=60)
