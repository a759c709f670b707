"""Policies, consent and personhood."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.pagination import numbered_page
from common.views import PublicView, View
from identity.api.documentation import documented
from identity.api.erasures import ErasureSerializer
from identity.api.serializers import (
    ConsentSerializer,
    ConsentsSerializer,
    GiveConsentSerializer,
    PersonhoodSerializer,
    PoliciesSerializer,
    StandingSerializer,
    personhood_shown,
)
from identity.operations.consents import give_consent, withdraw_consent
from identity.queries.consents import policies, purposes_of, receipts_of
from identity.queries.personhood import personhood_of


class WithdrawalSerializer(ConsentSerializer):
    erasure = ErasureSerializer(allow_null=True, help_text="what was erased with the consent to the check")

    class Meta(ConsentSerializer.Meta):
        fields = [*ConsentSerializer.Meta.fields, "erasure"]


class PoliciesView(PublicView):
    @documented(answers={200: PoliciesSerializer}, summary="The policies that can be consented to")
    def get(self, request: Request) -> Response:
        return Response(PoliciesSerializer({"policies": policies()}).data)


class ConsentsView(View):
    scopes: ClassVar = {"GET": "read:accounts", "POST": "write:accounts"}

    @documented(answers={200: ConsentsSerializer}, refusals=(403, 422), summary="Your receipts of consent")
    def get(self, request: Request) -> Response:
        rows, cursor = numbered_page(receipts_of(account_id=caller(request)), request.query_params)
        standing = StandingSerializer(purposes_of(caller(request)), many=True).data
        shown = ConsentSerializer(rows, many=True).data
        return Response({"consents": shown, "next_cursor": cursor, "purposes": standing})

    @documented(
        answers={201: ConsentSerializer},
        refusals=(403, 409, 422),
        request=GiveConsentSerializer,
        summary="Consent to one purpose, to the text that you were shown",
    )
    def post(self, request: Request) -> Response:
        given = GiveConsentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        receipt = give_consent(account_id=caller(request), **given.validated_data)
        return Response(ConsentSerializer(receipt).data, status=201)


class ConsentView(View):
    scopes: ClassVar = {"DELETE": "write:accounts"}

    @documented(
        answers={200: WithdrawalSerializer},
        refusals=(403, 404, 422),
        summary="Withdraw consent to one purpose",
        description="Gives the receipt of the withdrawal. Withdrawing biometric_check erases the codes of your face and"
        " ends the credential that rests on them.",
    )
    def delete(self, request: Request, purpose: str) -> Response:
        withdrawal = withdraw_consent(account_id=caller(request), purpose=purpose)
        erasure = ErasureSerializer(withdrawal.erasure).data if withdrawal.erasure else None
        return Response({**ConsentSerializer(withdrawal.consent).data, "erasure": erasure})


class PersonhoodView(View):
    scopes: ClassVar = {"GET": "read:accounts"}

    @documented(answers={200: PersonhoodSerializer}, refusals=(403,), summary="What is known of your personhood")
    def get(self, request: Request) -> Response:
        return Response(personhood_shown(personhood_of([caller(request)])[caller(request)]))
