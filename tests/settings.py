"""The settings under test: a Redis database of their own, so that a stack running from this checkout takes no test's task."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from config.databases import redis_addresses
from config.settings import *  # noqa: F403 (a settings module extends another this way)
from config.settings import CACHES, ENVIRONMENT, PASSWORD_HASHERS, REDIS_URL

TEST_REDIS_DATABASE = 5


def _on_the_test_database(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = {**dict(parse_qsl(parts.query)), "db": str(TEST_REDIS_DATABASE)}
        return f"unix://{parts.path}?{urlencode(query)}"
    return urlunsplit(parts._replace(path=f"/{TEST_REDIS_DATABASE}"))


REDIS_URL = _on_the_test_database(REDIS_URL)
_, CELERY_BROKER_URL = redis_addresses(ENVIRONMENT.model_copy(update={"redis_url": REDIS_URL}), None)
CACHES["default"]["LOCATION"] = REDIS_URL
PASSWORD_HASHERS = ["tests.hashing.QuickPBKDF2PasswordHasher", *PASSWORD_HASHERS[1:]]
