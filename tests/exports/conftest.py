"""What every test of exports has."""

from pathlib import Path
from typing import Any

import pytest

from tests.exports.world import Team


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Releases of a test lie in its own folder."""
    settings.EXPORT_ROOT = tmp_path / "releases"


@pytest.fixture
def team(transactional_db: None) -> Team:
    """A recipient. The event log is read by what has committed, so these tests commit."""
    return Team()
