"""The addresses of PostgreSQL and Redis, as each library wants them written."""

import pytest

from config.databases import postgresql, redis_addresses
from config.environment import Environment


def given(monkeypatch: pytest.MonkeyPatch, database: str, redis: str) -> Environment:
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("REDIS_URL", redis)
    return Environment()


def test_a_network_address_with_a_password_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = given(
        monkeypatch, "postgresql://human:p%40ss@db:6543/kind?sslmode=require", "rediss://:secret@cache:6380/2"
    )
    found = postgresql(environment, None)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "human",
        "p@ss",
        "db",
        "6543",
        "kind",
    )
    assert found["OPTIONS"]["sslmode"] == "require"
    assert redis_addresses(environment, None) == ("rediss://:secret@cache:6380/2", "rediss://:secret@cache:6380/2")


def test_a_unix_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = given(monkeypatch, "postgresql://human@/kind?host=/run/pg", "unix:///run/redis.sock?db=3")
    assert postgresql(environment, None)["HOST"] == "/run/pg"
    assert redis_addresses(environment, None) == (
        "unix:///run/redis.sock?db=3",
        "redis+socket:///run/redis.sock?virtual_host=3",
    )
