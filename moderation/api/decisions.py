"""What was decided on the caller's own account."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import LARGEST_ID, numbered_page
from common.problems import NotFound
from common.views import View
from moderation.models import Decision
from moderation.queries.statements import own_decision, statement_of_reasons


class UndoneField(serializers.Serializer[object]):
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class StatementSerializer(serializers.Serializer[object]):
    """A statement of reasons, for the description of the API."""

    id = serializers.CharField()
    decided_at = serializers.DateTimeField()
    effect = serializers.ChoiceField(Decision.Effect.choices)
    visibility_effect = serializers.CharField(allow_null=True)
    account_effect = serializers.CharField(allow_null=True)
    status_ids = serializers.ListField(child=serializers.CharField())
    ground = serializers.ChoiceField(Decision.Ground.choices)
    category = serializers.ChoiceField(Decision.Category.choices)
    rule = serializers.CharField()
    facts = serializers.CharField()
    content_type = serializers.ChoiceField(Decision.ContentType.choices)
    content_date = serializers.DateField()
    automated_detection = serializers.BooleanField()
    automated_decision = serializers.ChoiceField(Decision.Automation.choices)
    scope = serializers.ChoiceField(Decision.Scope.choices)
    end_date = serializers.DateField(allow_null=True)
    undone = UndoneField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # A serializer field has an attribute `source` of its own.
        return {**super().get_fields(), "source": serializers.ChoiceField(Decision.Source.choices)}


class StatementPageSerializer(serializers.Serializer[object]):
    decisions = StatementSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Decisions(View):
    """Decisions on the caller's account, newest first."""

    scopes = {"GET": "read:accounts"}

    @extend_schema(  # type: ignore[untyped-decorator]  # drf-spectacular publishes no types
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)], responses=StatementPageSerializer
    )
    def get(self, request: Request) -> Response:
        rows, cursor = numbered_page(
            Decision.objects.filter(account_id=int(request.user.pk or 0)), request.query_params
        )
        return Response({"decisions": [statement_of_reasons(row) for row in rows], "next_cursor": cursor})


class OneDecision(View):
    """One decision on the caller's account; anybody else's is not found."""

    scopes = {"GET": "read:accounts"}

    @extend_schema(responses=StatementSerializer)  # type: ignore[untyped-decorator]  # as above
    def get(self, request: Request, decision_id: int) -> Response:
        if decision_id > LARGEST_ID:
            raise NotFound("Record not found")
        return Response(
            statement_of_reasons(own_decision(account_id=int(request.user.pk or 0), decision_id=decision_id))
        )
