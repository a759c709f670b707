"""The keys with which anybody can verify a receipt."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.views import PublicView
from identity.api.documentation import documented
from identity.queries.receipts import receipt_keys


class ReceiptKeysSerializer(serializers.Serializer[Any]):
    keys = serializers.ListField(child=serializers.DictField(), help_text="JSON Web Keys (RFC 7517), Ed25519")


class ReceiptKeysView(PublicView):
    @documented(answers={200: ReceiptKeysSerializer}, summary="Public keys of signed receipts")
    def get(self, request: Request) -> Response:
        return Response(receipt_keys())
