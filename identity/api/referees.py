"""The role of referee, for staff who may give it and for its holder."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller, scope_allows
from common.pagination import LARGEST_ID
from common.problems import NotAllowed
from common.views import View
from identity.api.documentation import documented
from identity.models import Referee
from identity.models.referee import LONGEST_REASON
from identity.operations.referees import appoint_referee, end_referee


class AppointSerializer(serializers.Serializer[Any]):
    account_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)


class EndRefereeSerializer(serializers.Serializer[Any]):
    words = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True, default="")
    bad_record = serializers.BooleanField(
        default=False, help_text="everybody who rests on this referee's word is then looked at by reviewers"
    )


class RefereeSerializer(serializers.ModelSerializer[Referee]):
    account_id = serializers.CharField(read_only=True)

    class Meta:
        model = Referee
        fields = ["account_id", "trusted_since", "ended_at", "end_reason"]


class RefereesView(View):
    scopes: ClassVar = {"POST": "admin:write:accounts"}

    @documented(
        answers={201: RefereeSerializer},
        refusals=(403, 404, 409, 422),
        request=AppointSerializer,
        summary="Make an admitted account a referee (staff with the permission appoint_referee)",
    )
    def post(self, request: Request) -> Response:
        given = AppointSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        referee = appoint_referee(account_id=given.validated_data["account_id"], appointed_by=caller(request))
        return Response(RefereeSerializer(referee).data, status=201)


class EndRefereeView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={200: RefereeSerializer},
        refusals=(403, 404, 422),
        request=EndRefereeSerializer,
        summary="End the role: one's own, or as staff who may appoint",
        description="What somebody who resigned has said stays worth what it was. With `bad_record` every account that"
        " rests on this referee's word gets a case of review; its rights stay until that is decided.",
    )
    def post(self, request: Request, account_id: int) -> Response:
        token: Any = request.auth
        if account_id != caller(request) and not scope_allows(token.get_scopes(), "admin:write:accounts"):
            raise NotAllowed("This action is outside the authorized scopes")
        given = EndRefereeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        referee = end_referee(account_id=account_id, ended_by=caller(request), **given.validated_data)
        return Response(RefereeSerializer(referee).data)
