"""Recovery: ask for an account by face, follow it, stop it, complete it with a new passkey."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.pagination import numbered_page
from common.views import PublicView, View, address_of
from identity.api.documentation import documented
from identity.api.enrolments import LONGEST_SECRET, shown
from identity.api.passkey_serializers import CeremonyOptionsSerializer, PasskeySerializer, RegistrationSerializer
from identity.api.serializers import GESTURES, EnrolmentSerializer
from identity.models import Recovery
from identity.operations.challenges import Abilities
from identity.operations.recovery import begin_completion, complete_recovery, stop_recovery
from identity.operations.without_account import start_recovery
from identity.queries.enrolments import followed
from identity.queries.recoveries import own_recovery, recoveries_of, state_of

SECRET = OpenApiParameter(
    "Capture-Secret", location="header", required=True, description="the `secret` of the answer that began it"
)


class ByFaceSerializer(serializers.Serializer[Any]):
    policy_version = serializers.CharField(max_length=20, help_text="of biometric_check: this consents to the check")
    text_sha256 = serializers.CharField(max_length=64, help_text="of the text that the person was shown")
    cannot = serializers.ListField(
        child=serializers.ChoiceField(choices=GESTURES), default=list, max_length=len(GESTURES)
    )
    more_time = serializers.BooleanField(default=False)

    def asked(self) -> dict[str, Any]:
        """What the operations take, once it is valid."""
        given = self.validated_data
        return {
            "policy_version": given["policy_version"],
            "text_sha256": given["text_sha256"],
            "abilities": Abilities.of(given["cannot"], given["more_time"]),
        }


class RecoverySerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    state = serializers.ChoiceField(choices=Recovery.State.choices)
    started_at = serializers.DateTimeField()
    revert_until = serializers.DateTimeField(
        allow_null=True, help_text="until then the account's devices and e-mail can stop it; then it can be completed"
    )
    ended_at = serializers.DateTimeField(allow_null=True)


class AskedRecoverySerializer(RecoverySerializer):
    username = serializers.CharField(allow_null=True, help_text="of the account; null until it is completed")
    capture = EnrolmentSerializer(help_text="to be filled at /enrolments/{id}, with `Capture-Secret`")
    secret = serializers.CharField(
        required=False, help_text="once, in the first answer: keep it, it completes the recovery"
    )


class OwnRecoverySerializer(RecoverySerializer):
    stopped_by = serializers.CharField()


class OwnRecoveriesSerializer(serializers.Serializer[Any]):
    recoveries = OwnRecoverySerializer(many=True, help_text="newest first; a `matched` one can be stopped")
    next_cursor = serializers.CharField(allow_null=True, help_text="send it as `cursor` for the next page")


class CompletedSerializer(AskedRecoverySerializer):
    passkey = PasskeySerializer()


def secret_of(request: Request) -> str:
    """The secret that the caller shows, empty without one."""
    return str(request.headers.get("Capture-Secret", ""))[:LONGEST_SECRET]


def asked_shown(recovery: Recovery, *, secret: str) -> dict[str, Any]:
    """A recovery as whoever asked sees it: not whose account it is, until it is completed."""
    completed = recovery.state == Recovery.State.COMPLETED and recovery.account is not None
    view = followed(enrolment_id=recovery.enrolment_id, account_id=None, secret=secret)
    return _fields(recovery) | {
        "state": state_of(recovery),
        "username": recovery.account.username if completed and recovery.account else None,
        "capture": shown(view),
    }


class RecoveriesView(PublicView):
    authentication_classes = ()

    @documented(
        answers={201: AskedRecoverySerializer},
        refusals=(409, 422, 503),
        request=ByFaceSerializer,
        summary="Ask for your account by your face, after losing every way to sign in",
        description="No token. Opens a capture; frames go to /enrolments/{id}/frames with the header `Capture-Secret`."
        " Exactly one person must be recognised beyond doubt. Their devices and e-mail are told and can stop it for 72"
        " hours (or what this server says); then a new passkey is registered here, and all earlier ways in end.",
    )
    def post(self, request: Request) -> Response:
        given = ByFaceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = start_recovery(address=address_of(request), **given.asked())
        recovery = own_recovery(recovery_id=asked.request_id, secret=asked.secret)
        answer = asked_shown(recovery, secret=asked.secret) | {"secret": asked.secret}
        return Response(answer, status=201, headers={"Cache-Control": "no-store"})


class RecoveryView(PublicView):
    authentication_classes = ()

    @documented(
        answers={200: AskedRecoverySerializer}, refusals=(404,), parameters=[SECRET], summary="How your recovery stands"
    )
    def get(self, request: Request, recovery_id: int) -> Response:
        secret = secret_of(request)
        return Response(asked_shown(own_recovery(recovery_id=recovery_id, secret=secret), secret=secret))


class BeginCompletionView(PublicView):
    authentication_classes = ()

    @documented(
        answers={200: CeremonyOptionsSerializer},
        refusals=(404, 409, 503),
        request=None,
        parameters=[SECRET],
        summary="Begin to register the new passkey, once the recovery can no longer be stopped",
    )
    def post(self, request: Request, recovery_id: int) -> Response:
        return Response(begin_completion(recovery_id=recovery_id, secret=secret_of(request)))


class CompleteView(PublicView):
    authentication_classes = ()

    @documented(
        answers={200: CompletedSerializer},
        refusals=(404, 409, 422, 503),
        request=RegistrationSerializer,
        parameters=[SECRET],
        summary="Complete the recovery with the passkey that was made",
        description="Every earlier passkey, token, session and the password end. Sign in by the new passkey then.",
    )
    def post(self, request: Request, recovery_id: int) -> Response:
        given = RegistrationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        secret = secret_of(request)
        made = complete_recovery(recovery_id=recovery_id, secret=secret, **given.validated_data)
        recovery = own_recovery(recovery_id=recovery_id, secret=secret)
        return Response(asked_shown(recovery, secret=secret) | {"passkey": PasskeySerializer(made).data})


class OwnRecoveriesView(View):
    scopes: ClassVar = {"GET": "read:accounts"}

    @documented(
        answers={200: OwnRecoveriesSerializer},
        refusals=(403, 422),
        summary="Recoveries of your own account",
        description="Show them on every device: one that is `matched` and not the person's own is to be stopped.",
    )
    def get(self, request: Request) -> Response:
        rows, cursor = numbered_page(recoveries_of(account_id=caller(request)), request.query_params)
        return Response({"recoveries": [_own_shown(row) for row in rows], "next_cursor": cursor})


class StopView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(answers={200: OwnRecoverySerializer}, refusals=(403, 404, 409), request=None, summary="Stop a recovery")
    def post(self, request: Request, recovery_id: int) -> Response:
        return Response(_own_shown(stop_recovery(recovery_id=recovery_id, account_id=caller(request))))


def _own_shown(row: Recovery) -> dict[str, Any]:
    return _fields(row) | {"stopped_by": row.stopped_by}


def _fields(row: Recovery) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "state": row.state,
        "started_at": row.started_at,
        "revert_until": row.revert_until,
        "ended_at": row.ended_at,
    }
