from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ModerationConfig(AppConfig):
    name = "moderation"

    def ready(self) -> None:
        post_migrate.connect(_make_roles, sender=self)


def _make_roles(**_options: Any) -> None:
    from moderation.operations.roles import make_roles  # models are loaded only by now

    make_roles()
