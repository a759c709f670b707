"""`/healthz` and `/readyz`: what is missing is named."""

import pytest
from django.test import Client
from pytest_django import Settings

from common import redis as shared_redis


def test_a_process_that_answers_is_alive() -> None:
    assert Client().get("/healthz").json() == {"status": "alive"}
    assert (Client().get("/health").content, Client().post("/health").status_code) == (b"OK", 405)


def test_it_is_ready_when_database_redis_migrations_and_models_are(db: None) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_an_unreachable_redis_is_named(db: None, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    shared_redis.client.cache_clear()
    try:
        answer = Client().get("/readyz")
    finally:
        shared_redis.client.cache_clear()
    assert answer.status_code == 503
    assert answer.json()["missing"] == ["Redis does not answer: ConnectionError"]


def test_a_migration_that_was_not_applied_is_named(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="feed").delete()
    missing = Client().get("/readyz").json()["missing"]
    assert any(sentence.startswith("migrations not applied") and "feed" in sentence for sentence in missing)


def test_a_model_file_with_another_hash_is_named(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from config import health

    monkeypatch.setattr(health, "model_problems", lambda: ["sface.onnx has another SHA-256 than the one we know"])
    answer = Client().get("/readyz")
    assert answer.json()["missing"] == ["sface.onnx has another SHA-256 than the one we know"]
