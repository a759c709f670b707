"""The two of every test here."""

import pytest

from tests.feed.calling import Someone, someone


@pytest.fixture
def ada() -> Someone:
    return someone("ada")


@pytest.fixture
def bob() -> Someone:
    return someone("bob")
