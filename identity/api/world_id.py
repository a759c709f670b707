"""World ID: ask for a proof, hand it in, follow it, withdraw."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.idempotency import Answer, answer_once
from common.pagination import LARGEST_ID
from common.views import View
from identity.api.documentation import documented
from identity.api.review_serializers import StatementOfPersonSerializer
from identity.models import WorldIdProof
from identity.operations.world_id import (
    OpenRequest,
    contest_refusal,
    open_request,
    submit_proof,
    withdraw_world_id,
)
from identity.queries.world_id import own_proof, require_world_id

KEY = OpenApiParameter(
    "Idempotency-Key", location="header", description="a retry with the same key gets the first answer"
)


class RpContextSerializer(serializers.Serializer[Any]):
    rp_id = serializers.CharField()
    nonce = serializers.CharField()
    created_at = serializers.IntegerField(help_text="seconds since 1970")
    expires_at = serializers.IntegerField()
    signature = serializers.CharField()


class WorldIdRequestSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="send it back with the proof")
    protocol = serializers.ChoiceField(choices=["4.0", "3.0"], help_text="which proofs this server takes")
    app_id = serializers.CharField()
    action = serializers.CharField()
    signal = serializers.CharField(help_text="for the preset `proofOfHuman` (4.0) or `orbLegacy` (3.0)")
    nonce = serializers.CharField(help_text="must stand in the result")
    environment = serializers.CharField()
    allow_legacy_proofs = serializers.BooleanField()
    genesis_issued_at_min = serializers.IntegerField(help_text="of the credential, in seconds since 1970; 0 for any")
    rp_context = RpContextSerializer(allow_null=True, help_text="for IDKit; null for World ID 3.0")
    deadline = serializers.DateTimeField(help_text="the proof must be handed in by then")


class SubmitProofSerializer(serializers.Serializer[Any]):
    request = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    result = serializers.DictField(help_text="what IDKit gave, as it is: `protocol_version`, `nonce`, `responses`, ...")


class WorldIdProofSerializer(serializers.ModelSerializer[WorldIdProof]):
    id = serializers.CharField(read_only=True)

    class Meta:
        model = WorldIdProof
        fields = ["id", "state", "code", "sentence", "submitted_at", "decided_at", "expires_at"]


class ContestedSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(help_text="of the case, to follow and to quote")
    state = serializers.CharField()
    deadline = serializers.DateTimeField()


def request_shown(opened: OpenRequest) -> dict[str, Any]:
    """A request as an app needs it for IDKit."""
    row, service = opened.row, require_world_id()
    context = None
    if opened.context:
        context = {
            "rp_id": service.rp_id,
            "nonce": opened.context.nonce,
            "created_at": opened.context.created_at,
            "expires_at": opened.context.expires_at,
            "signature": opened.context.signature,
        }
    shown = {
        "id": str(row.pk),
        "protocol": row.protocol,
        "app_id": service.app_id,
        "action": row.action,
        "signal": opened.asked.signal,
        "nonce": row.nonce,
        "environment": row.environment,
        # One person has another nullifier in each version, and would count twice.
        "allow_legacy_proofs": context is None,
        "genesis_issued_at_min": row.genesis_min,
        "rp_context": context,
        "deadline": row.deadline,
    }
    return dict(WorldIdRequestSerializer(shown).data)


class WorldIdRequestsView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={201: WorldIdRequestSerializer},
        refusals=(403, 404, 422),
        request=None,
        parameters=[KEY],
        summary="Ask for a World ID proof: what IDKit needs, signed",
        description="404 (`world_id_off`) where this server takes no World ID. The signal is bound to your account and to"
        " this request.",
    )
    def post(self, request: Request) -> Response:
        def act() -> Answer:
            return Answer(201, request_shown(open_request(account_id=caller(request))))

        key = request.headers.get("Idempotency-Key")
        answer = answer_once(account_id=caller(request), endpoint="world-id", key=key, parameters={}, act=act)
        headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
        return Response(answer.body, status=answer.status, headers=headers)


class WorldIdProofsView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={201: WorldIdProofSerializer},
        refusals=(403, 404, 409, 422, 503),
        request=SubmitProofSerializer,
        summary="Hand in a World ID proof",
        description="Only one verified at an Orb admits. 422: the proof is refused, and `code` and `detail` say why. 409:"
        " this World ID is another account's (`duplicate`), or the request is used. 503 (`world_id_unavailable`): World's"
        " service cannot be asked at the moment; the proof is kept, its id is in `proof`, and it is asked about again for"
        " 24 hours. Handing in the same result again is safe at any time.",
    )
    def post(self, request: Request) -> Response:
        given = SubmitProofSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        proof = submit_proof(
            account_id=caller(request),
            request_id=given.validated_data["request"],
            result=given.validated_data["result"],
        )
        return Response(WorldIdProofSerializer(proof).data, status=201)


class WorldIdProofView(View):
    scopes: ClassVar = {"GET": "read:accounts"}

    @documented(
        answers={200: WorldIdProofSerializer}, refusals=(403, 404), summary="Your proof: its state, and why not"
    )
    def get(self, request: Request, proof_id: int) -> Response:
        return Response(WorldIdProofSerializer(own_proof(proof_id=proof_id, account_id=caller(request))).data)


class ContestView(View):
    scopes: ClassVar = {"POST": "write:accounts"}

    @documented(
        answers={201: ContestedSerializer},
        refusals=(403, 404, 409, 422),
        request=StatementOfPersonSerializer,
        summary="Contest that your World ID is another account's: a person decides",
        description="For a proof that was refused as `duplicate`. Follow the case at `/reviews/{number}`. The other account"
        " is told; where the reviewer decides for you, the World ID is yours and its credential there ends.",
    )
    def post(self, request: Request, proof_id: int) -> Response:
        given = StatementOfPersonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        text = given.validated_data["text"]
        case = contest_refusal(account_id=caller(request), proof_id=proof_id, text=text)
        return Response(ContestedSerializer(case).data, status=201)


class WorldIdView(View):
    scopes: ClassVar = {"DELETE": "write:accounts"}

    @documented(
        answers={204: None},
        refusals=(403, 404),
        summary="Withdraw your World ID",
        description="Forgets the nullifier and ends the credential that rests on it. The account can still read.",
    )
    def delete(self, request: Request) -> Response:
        withdraw_world_id(account_id=caller(request))
        return Response(status=204)
