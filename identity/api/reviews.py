"""A person's reviews: follow, speak, offer a capture, end, appeal."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.pagination import numbered_page
from common.views import View
from identity.api.documentation import documented
from identity.api.review_serializers import (
    ReviewSerializer,
    ReviewsSerializer,
    StatementOfPersonSerializer,
    review_shown,
    summary_shown,
)
from identity.operations.reviews import appeal, end_own_case, make_statement, offer_capture
from identity.queries.reviews import cases_of, followed_case


class ReviewsView(View):
    scopes: ClassVar = {"GET": "read:accounts"}

    @documented(
        answers={200: ReviewsSerializer},
        refusals=(403, 422),
        operation_id="reviews_list",
        summary="Your reviews, newest first",
    )
    def get(self, request: Request) -> Response:
        rows, cursor = numbered_page(cases_of(account_id=caller(request)), request.query_params)
        return Response({"reviews": [summary_shown(row) for row in rows], "next_cursor": cursor})


class ReviewView(View):
    scopes: ClassVar = {"GET": "read:accounts", "DELETE": "write:accounts"}

    @documented(
        answers={200: ReviewSerializer},
        refusals=(403, 404),
        summary="One review: what happens next, why, and who looked at your pictures",
    )
    def get(self, request: Request, number: str) -> Response:
        return _shown(request, number)

    @documented(
        answers={200: ReviewSerializer},
        refusals=(403, 404),
        summary="End a review of your face; what was kept for it is deleted",
    )
    def delete(self, request: Request, number: str) -> Response:
        end_own_case(account_id=caller(request), number=number)
        return _shown(request, number)


class StatementView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={200: ReviewSerializer},
        refusals=(403, 404, 409, 422),
        request=StatementOfPersonSerializer,
        summary="Tell the reviewer in your own words",
    )
    def post(self, request: Request, number: str) -> Response:
        make_statement(account_id=caller(request), number=number, text=_text(request))
        return _shown(request, number)


class HoldView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={200: ReviewSerializer},
        refusals=(403, 404, 409),
        request=None,
        summary="Capture once more, for pictures to be held for the reviewer",
        description="Needs consent to review_hold. Open an enrolment next: it belongs to this case, and a few of its"
        " pictures are held, encrypted, until the decision and for 7 days at most.",
    )
    def post(self, request: Request, number: str) -> Response:
        offer_capture(account_id=caller(request), number=number)
        return _shown(request, number)


class AppealView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={201: ReviewSerializer},
        refusals=(403, 404, 409, 422),
        request=StatementOfPersonSerializer,
        summary="Appeal against a refusal, once",
    )
    def post(self, request: Request, number: str) -> Response:
        case = appeal(account_id=caller(request), number=number, text=_text(request))
        return _shown(request, case.number, status=201)


def _text(request: Request) -> str:
    given = StatementOfPersonSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    return str(given.validated_data["text"])


def _shown(request: Request, number: str, *, status: int = 200) -> Response:
    return Response(review_shown(followed_case(account_id=caller(request), number=number)), status=status)
