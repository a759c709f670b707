"""The store of the releases, as settings name it."""

from django.conf import settings

from exports.engines.storage import Store


def store() -> Store:
    """Where releases lie."""
    return Store(settings.EXPORT_ROOT, settings.EXPORT_STORAGE, settings.EXPORT_STORAGE_OPTIONS)
