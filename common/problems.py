"""One shape for what went wrong: RFC 9457 problem details on our endpoints, Mastodon's `error` and `details` on its own."""

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

log = structlog.get_logger(__name__)

# Seconds, where whoever refused does not know better.
RETRY_AFTER = 60


class Problem(Exception):
    """A refusal that a client can act on. Operations raise it; the API renders it.

    `code` is for programs and never changes, `sentence` is for people, `field` is the parameter at fault and `limit`
    the bound that it passed.
    """

    status: int = status.HTTP_422_UNPROCESSABLE_ENTITY
    code: str = "invalid"

    def __init__(
        self,
        sentence: str,
        *,
        code: str | None = None,
        status: int | None = None,
        field: str | None = None,
        limit: int | float | str | None = None,
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code
        self.status = status or self.status
        self.field = field
        self.limit = limit
        self.more = more or {}


class NotFound(Problem):
    """There is no such thing, or none that this caller may know of."""

    status = 404
    code = "not_found"


class NotAllowed(Problem):
    """The caller is known and may not do this."""

    status = 403
    code = "not_allowed"


class Conflict(Problem):
    """The thing is no longer, or not yet, in a state in which this can be done."""

    status = 409
    code = "conflict"


class TooMany(Problem):
    """A rate limit was passed."""

    status = 429
    code = "too_many_requests"


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None lets an unforeseen error become a 500 and reach the log."""
    problem = _as_problem(error)
    if problem is None:
        return None
    set_rollback()
    headers = {}
    body: dict[str, Any]
    wait = problem.more.get("retry_after")
    if wait or problem.status == status.HTTP_429_TOO_MANY_REQUESTS:
        headers["Retry-After"] = str(wait or RETRY_AFTER)
    if problem.status == status.HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if getattr(context.get("view"), "speaks_mastodon", False):
        body = {"error": problem.sentence, **_details(problem), **problem.more}
        return Response(body, status=problem.status, headers=headers)
    body = {
        "type": f"about:blank#{problem.code}",
        "title": problem.code.replace("_", " ").capitalize(),
        "status": problem.status,
        "detail": problem.sentence,
        "code": problem.code,
    }
    if problem.field is not None:
        body["field"] = problem.field
    if problem.limit is not None:
        body["limit"] = problem.limit
    body |= problem.more
    return Response(body, status=problem.status, headers=headers, content_type="application/problem+json")


def _details(problem: Problem) -> dict[str, Any]:
    """What was wrong by field, in the form in which Mastodon's registration says it."""
    if problem.status != status.HTTP_422_UNPROCESSABLE_ENTITY:
        return {}
    fault = {"error": f"ERR_{problem.code.upper()}", "description": problem.sentence}
    return {"details": {problem.field: [fault]} if problem.field is not None else {}}


def _as_problem(error: Exception) -> Problem | None:
    match error:
        case Problem():
            return error
        case Http404():
            return NotFound("Record not found")
        case PermissionDenied():
            return NotAllowed(str(error) or "This action is not allowed")
        case RequestDataTooBig() | TooManyFilesSent():
            return Problem(f"The request is too large: {error}", code="too_large", status=413)
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return Problem("The access token is invalid", code="unauthorized", status=401)
        case exceptions.Throttled():
            return TooMany("Too many requests", more={"retry_after": int(getattr(error, "wait", None) or 1)})
        case exceptions.ValidationError():
            field, sentence = _first(error.detail)
            return Problem(sentence, field=field)
        case exceptions.APIException():
            return Problem(str(error.detail), code=str(error.default_code), status=error.status_code)
    return None


def _first(detail: Any, path: str = "") -> tuple[str | None, str]:
    """The first sentence of DRF's nested validation errors, and the path of the field it is about."""
    if isinstance(detail, dict) and detail:
        name, inner = next(iter(detail.items()))
        own = "" if name == "non_field_errors" else str(name)
        return _first(inner, ".".join(part for part in (path, own) if part))
    if isinstance(detail, list) and detail:
        return _first(detail[0], path)
    sentence = str(detail)
    return (path or None), f"{path}: {sentence}" if path else sentence
