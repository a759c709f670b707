"""Being vouched for by two referees."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.pagination import numbered_page
from common.problems import Problem
from common.views import View
from identity.api.documentation import documented
from identity.api.passkey_serializers import UsedCredentialSerializer
from identity.models import Vouch
from identity.operations.vouching import LONGEST_CODE, begin_vouch, request_vouch, sign_vouch
from identity.queries.vouching import vouches_given, vouches_received


class VouchRequestSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    code = serializers.CharField(help_text="show it to the referee at the meeting; it is used once")
    expires_at = serializers.DateTimeField()


class BeginVouchSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=LONGEST_CODE, help_text="as the person shows it")
    met_on = serializers.DateField(help_text="the day of the meeting")
    place = serializers.ChoiceField(choices=Vouch.Place.choices)


class VouchSerializer(serializers.ModelSerializer[Vouch]):
    id = serializers.CharField(read_only=True)
    referee = serializers.SerializerMethodField(help_text="username; null when the account is gone")
    person = serializers.CharField(source="account.username")
    person_id = serializers.CharField(source="account_id")

    class Meta:
        model = Vouch
        fields = [
            "id",
            "referee",
            "person",
            "person_id",
            "met_on",
            "place",
            "statement_version",
            "statement",
            "digest",
            "deadline",
            "signed_at",
        ]

    def get_referee(self, vouch: Vouch) -> str | None:
        return vouch.referee.account.username if vouch.referee else None


class OpenVouchSerializer(VouchSerializer):
    public_key = serializers.DictField(
        help_text="for `PublicKeyCredential.parseRequestOptionsFromJSON`; its challenge covers the digest"
    )

    class Meta(VouchSerializer.Meta):
        fields = [*VouchSerializer.Meta.fields, "public_key"]


class SignatureSerializer(serializers.Serializer[Any]):
    response = UsedCredentialSerializer()


class SignedVouchSerializer(VouchSerializer):
    needs = serializers.CharField(help_text="what the person still lacks; empty once they are admitted")

    class Meta(VouchSerializer.Meta):
        fields = [*VouchSerializer.Meta.fields, "needs"]


class VouchesSerializer(serializers.Serializer[Any]):
    vouches = VouchSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="send it as `cursor` for the next page")


class VouchRequestsView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={201: VouchRequestSerializer},
        refusals=(403,),
        request=None,
        summary="Ask to be vouched for: a code to show to a referee",
        description="For one referee, within 15 minutes. An earlier code that nobody used ends. Two referees are needed,"
        " so two codes.",
    )
    def post(self, request: Request) -> Response:
        row, code = request_vouch(account_id=caller(request))
        return Response({"id": str(row.pk), "code": code, "expires_at": row.expires_at}, status=201)


class VouchesView(View):
    scopes: ClassVar = {"GET": "read:accounts", "POST": "write:accounts"}

    @documented(
        answers={200: VouchesSerializer},
        refusals=(403, 422),
        parameters=[OpenApiParameter("as", enum=["referee", "person"], description="whose side; `person` if left out")],
        summary="Words given for you, or by you as a referee",
    )
    def get(self, request: Request) -> Response:
        side = request.query_params.get("as", "person")
        if side not in ("referee", "person"):
            raise Problem("as is referee or person.", field="as")
        vouches = vouches_given if side == "referee" else vouches_received
        rows, cursor = numbered_page(vouches(caller(request)), request.query_params)
        return Response({"vouches": VouchSerializer(rows, many=True).data, "next_cursor": cursor})

    @documented(
        answers={201: OpenVouchSerializer},
        refusals=(403, 404, 409, 422),
        request=BeginVouchSerializer,
        summary="As a referee, use the code that a person showed you",
        description="Gives the statement to read and what the passkey must sign. Until it is signed the same code gives"
        " you another challenge.",
    )
    def post(self, request: Request) -> Response:
        given = BeginVouchSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        opened = begin_vouch(account_id=caller(request), **given.validated_data)
        shown = VouchSerializer(opened.vouch).data
        return Response({**shown, "public_key": opened.public_key}, status=201)


class VouchSignatureView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={200: SignedVouchSerializer},
        refusals=(403, 404, 409, 422),
        request=SignatureSerializer,
        summary="Sign the statement with your passkey",
    )
    def post(self, request: Request, vouch_id: int) -> Response:
        given = SignatureSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        signed = sign_vouch(account_id=caller(request), vouch_id=vouch_id, response=given.validated_data["response"])
        return Response({**VouchSerializer(signed.vouch).data, "needs": signed.needs})
