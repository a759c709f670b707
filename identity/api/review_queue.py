"""The reviewers' side: the queue, a case, held pictures one at a time, the decision."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.pagination import Page
from common.views import View
from identity.api.documentation import documented
from identity.api.review_serializers import (
    CaseFileSerializer,
    DecideSerializer,
    ReviewSummarySerializer,
    case_file_shown,
    summary_shown,
)
from identity.models import ReviewCase
from identity.operations.review_decisions import decide_case, view_held_frame
from identity.operations.reviewers import require_reviewer
from identity.queries.review_queue import case_file, queue

READ, WRITE = "admin:read:reviews", "admin:write:reviews"


class QueueSerializer(serializers.Serializer[Any]):
    reviews = ReviewSummarySerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class QueueView(View):
    scopes: ClassVar = {"GET": READ}

    @documented(
        answers={200: QueueSerializer},
        refusals=(403, 422),
        parameters=[
            OpenApiParameter("state", str, enum=ReviewCase.State.values),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        operation_id="admin_reviews_list",
        summary="Cases that wait for a reviewer, the earliest deadline first",
    )
    def get(self, request: Request) -> Response:
        require_reviewer(account_id=caller(request))
        asked = request.query_params
        limit = Page.of({"limit": asked.get("limit")}, most=100).limit
        rows, cursor = queue(
            reviewer_id=caller(request), state=asked.get("state"), cursor=asked.get("cursor"), limit=limit
        )
        return Response({"reviews": [summary_shown(row) for row in rows], "next_cursor": cursor})


class CaseView(View):
    scopes: ClassVar = {"GET": READ}

    @documented(
        answers={200: CaseFileSerializer},
        refusals=(403, 404),
        summary="A case: scores, ages, credentials, what was said; no names and no codes",
    )
    def get(self, request: Request, number: str) -> Response:
        require_reviewer(account_id=caller(request))
        return Response(case_file_shown(case_file(reviewer_id=caller(request), number=number)))


class HeldFrameView(View):
    scopes: ClassVar = {"GET": READ}

    @documented(
        answers={(200, "image/jpeg"): OpenApiTypes.BINARY},
        refusals=(403, 404, 503),
        summary="One held picture; the look is logged, and the person sees the log",
    )
    def get(self, request: Request, number: str, frame: int) -> HttpResponse:
        picture = view_held_frame(reviewer_id=caller(request), number=number, frame=frame)
        headers = {
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return HttpResponse(picture, content_type="image/jpeg", headers=headers)


class DecisionsView(View):
    scopes: ClassVar = {"POST": WRITE}

    @documented(
        answers={200: ReviewSummarySerializer},
        refusals=(403, 404, 409, 422),
        request=DecideSerializer,
        summary="Decide a case",
        description="`refuse` waits for another reviewer's `confirm_refusal` or `return_to_review`. `revision` is of the case"
        " as you saw it; when it has changed since the answer is 409. A retry of the same decision changes nothing.",
    )
    def post(self, request: Request, number: str) -> Response:
        given = DecideSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        case = decide_case(reviewer_id=caller(request), number=number, **given.validated_data)
        return Response(summary_shown(case))
