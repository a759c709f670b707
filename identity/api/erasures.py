"""Erasure of a face, and its receipts."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.pagination import numbered_page
from common.views import View
from identity.api.documentation import documented
from identity.models import ErasureReceipt
from identity.operations.erasure import erase_face
from identity.queries.erasures import erasures_of, own_erasure


class ErasureSerializer(serializers.ModelSerializer[ErasureReceipt]):
    id = serializers.CharField(read_only=True)
    erased = serializers.JSONField(help_text="counts of what was erased, key epochs and models; nothing biometric")
    receipt = serializers.CharField(source="jws", help_text="JWS, verified by the keys at /receipts/keys")

    class Meta:
        model = ErasureReceipt
        fields = ["id", "asked_by", "at", "erased", "rewritten_at", "receipt"]


class ErasuresSerializer(serializers.Serializer[Any]):
    erasures = ErasureSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ErasuresView(View):
    scopes: ClassVar = {"GET": "read:accounts", "POST": "write:accounts"}

    @documented(answers={200: ErasuresSerializer}, refusals=(403, 422), summary="Receipts of the erasures of your face")
    def get(self, request: Request) -> Response:
        rows, cursor = numbered_page(erasures_of(account_id=caller(request)), request.query_params)
        return Response({"erasures": ErasureSerializer(rows, many=True).data, "next_cursor": cursor})

    @documented(
        answers={201: ErasureSerializer},
        refusals=(403, 404),
        request=None,
        summary="Withdraw your consent to the check and erase all that is kept of your face",
        description="At once: codes, what waits for a decision, held pictures, a capture under way; the face credential"
        " ends. The account can still be read. Gives a signed receipt; asked again, the same one.",
    )
    def post(self, request: Request) -> Response:
        return Response(ErasureSerializer(erase_face(account_id=caller(request))).data, status=201)


class ErasureView(View):
    scopes: ClassVar = {"GET": "read:accounts"}

    @documented(answers={200: ErasureSerializer}, refusals=(403, 404), summary="One receipt of an erasure")
    def get(self, request: Request, erasure_id: int) -> Response:
        return Response(ErasureSerializer(own_erasure(account_id=caller(request), erasure_id=erasure_id)).data)


class ErasureReceiptView(View):
    scopes: ClassVar = {"GET": "read:accounts"}

    @documented(
        answers={(200, "application/jose"): OpenApiTypes.STR}, refusals=(403, 404), summary="The receipt as a file"
    )
    def get(self, request: Request, erasure_id: int) -> HttpResponse:
        row = own_erasure(account_id=caller(request), erasure_id=erasure_id)
        name = f'attachment; filename="erasure-{row.pk}.jws"'
        return HttpResponse(row.jws, content_type="application/jose", headers={"Content-Disposition": name})
