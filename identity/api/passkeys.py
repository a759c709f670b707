"""Passkeys over the API: add, see, rename, remove, sign in, show that one is there."""

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.idempotency import Answer, answer_once
from common.views import PublicView, View, address_of
from identity.api.documentation import documented
from identity.api.passkey_serializers import (
    AssertionSerializer,
    BeginAssertionSerializer,
    CeremonyOptionsSerializer,
    PasskeySerializer,
    PasskeysSerializer,
    ProofSerializer,
    RegistrationSerializer,
    RenameSerializer,
    RevocationSerializer,
    SignInSerializer,
    TokenSerializer,
)
from identity.operations import passkeys
from identity.queries.passkeys import passkeys_of

KEY = OpenApiParameter(
    "Idempotency-Key", location="header", description="a retry with the same key gets the first answer"
)


class PasskeysView(View):
    scopes: ClassVar = {"GET": "read:accounts"}

    @documented(answers={200: PasskeysSerializer}, refusals=(403,), summary="Your passkeys")
    def get(self, request: Request) -> Response:
        return Response(PasskeysSerializer({"passkeys": passkeys_of(caller(request))}).data)


class PasskeyView(View):
    scopes: ClassVar = {"PATCH": "write:accounts"}

    @documented(
        answers={200: PasskeySerializer}, refusals=(403, 404, 422), request=RenameSerializer, summary="Rename a passkey"
    )
    def patch(self, request: Request, passkey_id: int) -> Response:
        given = RenameSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        renamed = passkeys.rename_passkey(passkey_id=passkey_id, account_id=caller(request), **given.validated_data)
        return Response(PasskeySerializer(renamed).data)


class RevokeView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={200: PasskeysSerializer},
        refusals=(403, 404, 409, 422),
        request=RevocationSerializer,
        summary="Remove a passkey",
        description="Gives those that are left. The last one needs `confirm` with the password or an assertion"
        " (`confirmation_required`), and stays where the account has no password (`last_passkey`).",
    )
    def post(self, request: Request, passkey_id: int) -> Response:
        given = RevocationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        passkeys.revoke_passkey(
            passkey_id=passkey_id,
            account_id=caller(request),
            confirm=given.validated_data["confirm"],
            proof=given.proof(),
        )
        return Response(PasskeysSerializer({"passkeys": passkeys_of(caller(request))}).data)


class BeginRegistrationView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={200: CeremonyOptionsSerializer},
        refusals=(403, 409, 422, 503),
        request=ProofSerializer,
        summary="Begin to add a passkey",
        description="With the account's password, or an assertion by a passkey that it has (`proof_required`).",
    )
    def post(self, request: Request) -> Response:
        given = ProofSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(passkeys.begin_registration(account_id=caller(request), proof=given.proof()))


class CompleteRegistrationView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={201: PasskeySerializer},
        refusals=(403, 409, 422, 503),
        request=RegistrationSerializer,
        parameters=[KEY],
        summary="Add the passkey that was made",
    )
    def post(self, request: Request) -> Response:
        given = RegistrationSerializer(data=request.data)
        given.is_valid(raise_exception=True)

        def act() -> Answer:
            made = passkeys.complete_registration(account_id=caller(request), **given.validated_data)
            return Answer(201, dict(PasskeySerializer(made).data))

        key = request.headers.get("Idempotency-Key")
        answer = answer_once(
            account_id=caller(request), endpoint="passkeys", key=key, parameters=given.validated_data, act=act
        )
        headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
        return Response(answer.body, status=answer.status, headers=headers)


class BeginSignInView(PublicView):
    @documented(
        answers={200: CeremonyOptionsSerializer}, refusals=(503,), request=None, summary="Begin to sign in by a passkey"
    )
    def post(self, request: Request) -> Response:
        return Response(passkeys.begin_sign_in(address=address_of(request)))


class CompleteSignInView(PublicView):
    @documented(
        answers={200: TokenSerializer},
        refusals=(409, 422, 503),
        request=SignInSerializer,
        summary="Receive a token of the account whose passkey signed",
        description="For a registered application (`POST /api/v1/apps`). 401 for one that is unknown, and for an unknown passkey.",
    )
    def post(self, request: Request) -> Response:
        given = SignInSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        token, scopes = passkeys.sign_in_application(
            client_id=data["client_id"],
            client_secret=data["client_secret"],
            scopes=data.get("scope", "").split(),
            response=data["response"],
            address=address_of(request),
        )
        created = int(timezone.now().timestamp())
        return Response(
            {"access_token": token, "token_type": "Bearer", "scope": " ".join(scopes), "created_at": created}
        )


class BeginAssertionView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={200: CeremonyOptionsSerializer},
        refusals=(403, 409, 422, 503),
        request=BeginAssertionSerializer,
        summary="Begin to show, by a passkey, that you are there or that the account is yours",
    )
    def post(self, request: Request) -> Response:
        given = BeginAssertionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(passkeys.begin_assertion(account_id=caller(request), **given.validated_data))


class CompleteAssertionView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={200: PasskeySerializer},
        refusals=(403, 404, 409, 422, 503),
        request=AssertionSerializer,
        summary="Show that you are there",
        description="For an assertion begun with the reason `presence`. Meets every open demand of `/presence`.",
    )
    def post(self, request: Request) -> Response:
        given = AssertionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        used = passkeys.complete_assertion(account_id=caller(request), **given.validated_data)
        return Response(PasskeySerializer(used).data)
