"""Tells a client the id under which its request is logged, here and in the tasks that it started."""

from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpResponse
from django_structlog.signals import bind_extra_request_finished_metadata, update_failure_response


@receiver([bind_extra_request_finished_metadata, update_failure_response])
def name_the_request(response: HttpResponse, **_: Any) -> None:
    """A client's own id is not taken over: it could be anything, and would stand in every line."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        response["X-Request-Id"] = request_id
