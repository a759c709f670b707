from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_migrate

from identity.engines.admission_policy import PolicyInvalid, parse


class IdentityConfig(AppConfig):
    name = "identity"

    def ready(self) -> None:
        """Stop a start-up with an admission policy that nobody could meet or read."""
        post_migrate.connect(_make_role, sender=self)
        try:
            parse(settings.ADMISSION_POLICY)
        except PolicyInvalid as error:
            raise ImproperlyConfigured(f"HUMANKIND_ADMISSION_POLICY: {error}") from error
        register(root_secret_is_right, Tags.database)


def root_secret_is_right(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """`manage.py migrate`, `prepare` and `check --database default` refuse a root secret that is missing or wrong."""
    # Models can be imported only once every app is loaded.
    from identity.queries.readiness import secret_problems

    return [Error(sentence, id="identity.E001") for sentence in secret_problems()] if databases else []


def _make_role(**_options: Any) -> None:
    from identity.operations.reviewers import make_role  # models are loaded only by now

    make_role()
