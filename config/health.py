"""`/healthz`: the process answers. `/readyz`: everything it needs is there, and what is not is named."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from common import redis as shared_redis
from feed.queries.readiness import signing_problems
from identity.queries.readiness import model_problems


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the process can answer at all."""
    return JsonResponse({"status": "alive"})


@require_safe
def alive_in_a_word(request: HttpRequest) -> HttpResponse:
    """The same as Mastodon's clients read it."""
    return HttpResponse("OK", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when requests can be served, else 503 with a sentence for each thing that is missing."""
    missing = [*_database_problems(), *_redis_problems(), *model_problems(), *signing_problems()]
    if missing:
        return JsonResponse({"status": "not ready", "missing": missing}, status=503)
    return JsonResponse({"status": "ready"})


def _database_problems() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return [f"PostgreSQL does not answer: {type(error).__name__}"]
    return [f"migrations not applied: {len(waiting)}, first {waiting[0][0]}"] if waiting else []


def _redis_problems() -> list[str]:
    try:
        shared_redis.client().ping()
    except RedisError as error:
        return [f"Redis does not answer: {type(error).__name__}"]
    return []
