"""How an address is written in the tables of addresses."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, re_path

View = Callable[..., HttpResponseBase]


def address(pattern: str, view: Any) -> URLPattern:
    """A pattern where `:id` stands for a number."""
    expression = pattern.replace(":id", r"(?P<id>[0-9]{1,40})")
    made: URLPattern = re_path(rf"^{expression}/?$", view.as_view() if hasattr(view, "as_view") else view)
    return made


def by_method(**views: Any) -> View:
    """One address whose methods differ in who may call them."""
    made = {method.upper(): view.as_view() for method, view in views.items()}
    rest = next(iter(made.values()))

    def choose(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponseBase:
        response: HttpResponseBase = made.get(request.method or "", rest)(request, *arguments, **options)
        return response

    choose.csrf_exempt = True  # type: ignore[attr-defined]  # as every view of DRF's: tokens, no cookies
    return choose
