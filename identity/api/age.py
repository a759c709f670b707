"""The question of age."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.views import View
from identity.api.documentation import documented
from identity.engines.age import OLDEST
from identity.models import AgeDeclaration
from identity.operations.age import declare_age
from identity.queries.age import MET, TOO_YOUNG, UNKNOWN, age_of


class DeclareAgeSerializer(serializers.Serializer[Any]):
    region = serializers.CharField(min_length=2, max_length=2, help_text="where the person lives, ISO 3166-1 alpha-2")
    date_of_birth = serializers.DateField(required=False, help_text="compared and forgotten, never kept")
    over = serializers.IntegerField(
        required=False, min_value=0, max_value=OLDEST, help_text='"I am at least so old"; 0 for "I am younger"'
    )


class AgeSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=[UNKNOWN, MET, TOO_YOUNG])
    minimum_age = serializers.IntegerField(help_text="of the region named, else in general; completed years")
    region = serializers.CharField(allow_null=True)
    method = serializers.ChoiceField(choices=AgeDeclaration.Method.values, allow_null=True)
    at = serializers.DateTimeField(allow_null=True)
    ask_again_at = serializers.DateTimeField(allow_null=True, help_text="when another answer is taken")


class AgeView(View):
    scopes: ClassVar = {"GET": "read:accounts", "POST": "write:accounts"}

    @documented(answers={200: AgeSerializer}, refusals=(403,), summary="What you have said of your age")
    def get(self, request: Request) -> Response:
        return Response(AgeSerializer(age_of(caller(request))).data)

    @documented(
        answers={200: AgeSerializer},
        refusals=(403, 422),
        request=DeclareAgeSerializer,
        summary="Say how old you are, before the first capture",
        description="Either date_of_birth or over. Kept is whether the minimum of your region is met,"
        " and whether you are 18, never the date."
        " An answer below the minimum stands for the time that ask_again_at says, whatever is sent after it.",
    )
    def post(self, request: Request) -> Response:
        given = DeclareAgeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(AgeSerializer(declare_age(account_id=caller(request), **given.validated_data)).data)
