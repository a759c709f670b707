"""What every test of exports has."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from exports.queries import consent_rates
from tests.exports.consumer import Network
from tests.exports.training_team import Consumer
from tests.exports.world import Said, Team, person, say
from tests.live import LiveStack


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Releases of a test lie in its own folder."""
    settings.EXPORT_ROOT = tmp_path / "releases"


@pytest.fixture
def team(transactional_db: None) -> Team:
    """A recipient. The event log is read by what has committed, so these tests commit."""
    return Team()


@pytest.fixture
def network(stack: LiveStack) -> Iterator[Network]:
    with Network(stack.url) as network:
        yield network


@pytest.fixture
def consumer(network: Network, tmp_path: Path) -> Consumer:
    return Consumer(Team(), tmp_path, network.url)


@pytest.fixture
def said(team: Team) -> Said:
    say(person(), "somebody else's words stay")
    author = person()
    return Said(author, say(author, "her words"))


@pytest.fixture
def counted_anew() -> None:
    """Consent rates are remembered for a while."""
    cache.delete(consent_rates.KEY)
