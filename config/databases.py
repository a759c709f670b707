"""Connection settings for PostgreSQL and Redis, from their URLs or from the embedded servers."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config.embedded import Addresses
from config.environment import Environment

# What `common.prepared` prepares is planned once: planning anew takes longer than running it. Nothing else is prepared.
SESSION = "-c plan_cache_mode=force_generic_plan -c jit=off"


def postgresql(environment: Environment, embedded: Addresses | None) -> dict[str, Any]:
    """Django's `DATABASES` entry. The pool is shared by the threads of one process."""
    url = environment.database_url or (embedded.database_url if embedded else "")
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    options: dict[str, Any] = {"pool": {"min_size": 0, "max_size": environment.database_pool, "timeout": 20}}
    options["options"] = SESSION
    options |= {key: value for key, value in query.items() if key != "host"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # An embedded or local server's socket folder stands in the query, as in libpq's own URLs.
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def redis_addresses(environment: Environment, embedded: Addresses | None) -> tuple[str, str]:
    """The same Redis as redis-py and as Celery write it."""
    if environment.redis_url:
        broker = environment.redis_url
        if broker.startswith("unix://"):
            socket, _, query = broker.removeprefix("unix://").partition("?")
            broker = f"redis+socket://{socket}?virtual_host={dict(parse_qsl(query)).get('db', '0')}"
        return environment.redis_url, broker
    socket_path = embedded.redis_socket if embedded else ""
    return f"unix://{socket_path}?db=0", f"redis+socket://{socket_path}?virtual_host=0"
