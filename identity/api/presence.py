"""Demands that the caller shows that they are there."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.pagination import numbered_page
from common.views import View
from identity.api.documentation import documented
from identity.models import PresenceDemand
from identity.queries.presence import demands_of


class PresenceDemandSerializer(serializers.ModelSerializer[PresenceDemand]):
    id = serializers.CharField(read_only=True)

    class Meta:
        model = PresenceDemand
        fields = ["id", "asked_by", "reason", "asked_at", "deadline", "met_at", "met_by"]


class PresenceDemandsSerializer(serializers.Serializer[Any]):
    demands = PresenceDemandSerializer(many=True, help_text="newest first; one not met by its deadline stops writes")
    next_cursor = serializers.CharField(allow_null=True, help_text="send it as `cursor` for the next page")


class PresenceView(View):
    scopes: ClassVar = {"GET": "read:accounts"}

    @documented(answers={200: PresenceDemandsSerializer}, refusals=(403, 422), summary="What you were asked to show")
    def get(self, request: Request) -> Response:
        rows, cursor = numbered_page(demands_of(account_id=caller(request)), request.query_params)
        return Response({"demands": PresenceDemandSerializer(rows, many=True).data, "next_cursor": cursor})
