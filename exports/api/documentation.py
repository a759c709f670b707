"""How endpoints are described in the OpenAPI document."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema

Method = TypeVar("Method", bound=Callable[..., Any])


def described(operation_id: str, **options: Any) -> Callable[[Method], Method]:
    """drf-spectacular's `extend_schema`, with a type."""
    decorator: Callable[[Method], Method] = extend_schema(operation_id=f"exports_{operation_id}", **options)
    return decorator
