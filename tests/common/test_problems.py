"""One error shape for our endpoints, Mastodon's for its own."""

from typing import Any

import pytest
from django.http import Http404
from rest_framework.exceptions import NotAuthenticated, ParseError, ValidationError

from common.problems import NotAllowed, Problem, TooMany, problem_response


class NativeView:
    speaks_mastodon = False


class MastodonView:
    speaks_mastodon = True


def answer(error: Exception, view: Any = NativeView) -> tuple[int, dict[str, Any]]:
    response = problem_response(error, {"view": view()})
    assert response is not None
    return response.status_code, response.data


def test_a_problem_names_code_sentence_field_and_limit() -> None:
    status, body = answer(Problem("At most 16 frames.", code="too_many_frames", field="frames", limit=16))
    assert status == 422
    assert body == {
        "type": "about:blank#too_many_frames",
        "title": "Too many frames",
        "status": 422,
        "detail": "At most 16 frames.",
        "code": "too_many_frames",
        "field": "frames",
        "limit": 16,
    }


def test_a_mastodon_endpoint_answers_as_mastodon_does() -> None:
    assert answer(NotAllowed("This action is not allowed"), MastodonView) == (
        403,
        {"error": "This action is not allowed"},
    )


def test_a_wrong_parameter_of_mastodons_is_named_as_its_registration_names_it() -> None:
    """Descriptions of the API ask it of every 422, also where no one parameter is at fault."""
    sentence = "At most 16 frames."
    assert answer(Problem(sentence, code="too_many", field="frames", limit=16), MastodonView) == (
        422,
        {"error": sentence, "details": {"frames": [{"error": "ERR_TOO_MANY", "description": sentence}]}},
    )
    assert answer(Problem(sentence), MastodonView)[1] == {"error": sentence, "details": {}}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Http404(), 404),
        (NotAuthenticated(), 401),
        (ParseError(), 400),
        (ValidationError({"text": ["too long"]}), 422),
        (TooMany("slow down"), 429),
    ],
)
def test_what_django_and_drf_raise_has_the_same_shape(error: Exception, status: int) -> None:
    found, body = answer(error)
    assert found == body["status"] == status
    assert body["detail"]


def test_a_nested_validation_error_names_its_field() -> None:
    _, body = answer(ValidationError({"poll": {"options": ["at least two"]}}))
    assert (body["field"], body["detail"]) == ("poll.options", "poll.options: at least two")


def test_an_unforeseen_error_is_not_dressed_up() -> None:
    assert problem_response(ZeroDivisionError(), {"view": NativeView()}) is None
