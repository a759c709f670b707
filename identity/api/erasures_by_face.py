"""Erasure of a face for somebody who has lost their account: by a live match."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.views import PublicView, address_of
from identity.api.documentation import documented
from identity.api.enrolments import shown
from identity.api.recoveries import SECRET, ByFaceSerializer, secret_of
from identity.api.serializers import EnrolmentSerializer
from identity.models import ErasureByFace
from identity.operations.without_account import ask_for_erasure, own_erasure_by_face
from identity.queries.enrolments import followed


class ErasureByFaceSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    asked_at = serializers.DateTimeField()
    erased = serializers.BooleanField()
    receipt = serializers.CharField(allow_null=True, help_text="JWS, verified by the keys at /receipts/keys")
    capture = EnrolmentSerializer(help_text="to be filled at /enrolments/{id}, with `Capture-Secret`")
    secret = serializers.CharField(required=False, help_text="once, in the first answer")


class ErasuresByFaceView(PublicView):
    authentication_classes = ()

    @documented(
        answers={201: ErasureByFaceSerializer},
        refusals=(409, 422, 503),
        request=ByFaceSerializer,
        summary="Erase what is kept of your face, after losing your account",
        description="No token. Frames go to /enrolments/{id}/frames with the header `Capture-Secret`. Where exactly one"
        " person is recognised beyond doubt, their codes are erased at once and a signed receipt is given; the account's"
        " devices and e-mail are told.",
    )
    def post(self, request: Request) -> Response:
        given = ByFaceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = ask_for_erasure(address=address_of(request), **given.asked())
        row = own_erasure_by_face(request_id=asked.request_id, secret=asked.secret)
        answer = _shown(row, asked.secret) | {"secret": asked.secret}
        return Response(answer, status=201, headers={"Cache-Control": "no-store"})


class ErasureByFaceView(PublicView):
    authentication_classes = ()

    @documented(
        answers={200: ErasureByFaceSerializer},
        refusals=(404,),
        parameters=[SECRET],
        summary="Whether your face was erased, and the receipt",
    )
    def get(self, request: Request, request_id: int) -> Response:
        secret = secret_of(request)
        return Response(_shown(own_erasure_by_face(request_id=request_id, secret=secret), secret))


def _shown(row: ErasureByFace, secret: str) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "asked_at": row.asked_at,
        "erased": bool(row.jws),
        "receipt": row.jws or None,
        "capture": shown(followed(enrolment_id=row.enrolment_id, account_id=None, secret=secret)),
    }
