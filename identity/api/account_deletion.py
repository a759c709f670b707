"""Deleting an account."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.views import View
from identity.api.documentation import documented
from identity.api.erasures import ErasureSerializer
from identity.api.passkey_serializers import ProofSerializer
from identity.operations.account_deletion import delete_account


class DeleteAccountSerializer(ProofSerializer):
    username = serializers.CharField(max_length=60, help_text="of the account, so that it is not deleted by a slip")


class DeletedAccountSerializer(serializers.Serializer[Any]):
    deleted_at = serializers.DateTimeField()
    erasure = ErasureSerializer(help_text="what was erased of the face; keep the receipt, nobody can ask for it later")


class DeleteAccountView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={200: DeletedAccountSerializer},
        refusals=(403, 409, 422),
        request=DeleteAccountSerializer,
        summary="Delete your account, at once and for good",
        description="With the password, an assertion with the reason `ownership`, or a presence check by face within ten"
        " minutes. The face is erased, every token ends, what you posted is deleted. docs/privacy.md says what remains.",
    )
    def post(self, request: Request) -> Response:
        given = DeleteAccountSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        deleted = delete_account(
            account_id=caller(request), username=given.validated_data["username"], proof=given.proof()
        )
        return Response(DeletedAccountSerializer(deleted).data)
