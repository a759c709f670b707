"""Loads an engine by the dotted path that a setting names, once for each process."""

from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

Engine = TypeVar("Engine")


def engine(setting: str, port: type[Engine]) -> Engine:
    """The engine that `settings.<setting>` names; `port` is the Protocol that it must satisfy.

    Raises ImproperlyConfigured when the path cannot be imported.
    """
    made: Engine = _load(getattr(settings, setting))
    return made


def engine_at(path: str) -> Any:
    """The engine at a dotted path, where a setting names several. Raises ImproperlyConfigured."""
    return _load(path)


@lru_cache(maxsize=64)
def _load(path: str) -> Any:
    try:
        return import_string(path)()
    except ImportError as error:
        raise ImproperlyConfigured(f"No engine at {path}: {error}") from error
